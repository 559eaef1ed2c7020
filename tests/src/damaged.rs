/// Some bytes changed, cut out or put in: each by its place, a byte, and the way.
pub fn damaged(bytes: Vec<u8>, damages: &[(usize, u8, u8)]) -> Vec<u8> {
    damages.iter().fold(bytes, |mut bytes, (place, byte, way)| {
        let place = place % (bytes.len() + 1);
        match way % 4 {
            0 => bytes.truncate(place),
            1 => bytes.insert(place, *byte),
            _ if place == bytes.len() => {}
            2 => drop(bytes.remove(place)),
            _ => bytes[place] = *byte,
        }
        bytes
    })
}
