//! Two messages of a mediator that are one on the wire.

/// A name's hash and a version as one number.
pub const fn wire(name: u64, version: u32) -> u64 {
    name.rotate_left(version.wrapping_sub(1))
}

/// Checks that the messages of a mediator have names of their own: each its ident's hash, its number, and
/// its ident.
///
/// Linear in their number, as it runs in the compiler. Where a handler calls its message by another name,
/// that is the error.
///
/// # Panics
/// Where two are one; at compile time, with what to do.
#[track_caller]
pub const fn distinct<const N: usize>(is_named: bool, messages: [(u64, u64, &str); N]) {
    if !is_named {
        return;
    }
    // Where each number was put first: open addressing.
    let mut places = [usize::MAX; N];
    let mut i = 0;
    while i < N {
        let (number, ident) = numbered(messages[i]);
        let mut place = (number % N as u64) as usize;
        while places[place] != usize::MAX {
            let (other, other_ident) = numbered(messages[places[place]]);
            if other == number {
                collision(other_ident, ident);
            }
            place = (place + 1) % N;
        }
        places[place] = i;
        i += 1;
    }
}

/// The number of a message, which is its ident's where it says none.
const fn numbered((hash, number, ident): (u64, u64, &str)) -> (u64, &str) {
    (if number == 0 { wire(hash, 1) } else { number }, ident)
}

#[track_caller]
#[expect(clippy::panic, reason = "it runs in the compiler, where this is how it says no")]
const fn collision(first: &str, second: &str) -> ! {
    let mut text = Text { bytes: [0; 512], length: 0 };
    text.push("CATGA029: `");
    text.push(first);
    text.push("` and `");
    text.push(second);
    text.push("` have one name on the wire, so what is stored or sent could be either; say `#[command(name = \"..\")]` or `version = ..` at one of them");
    match core::str::from_utf8(text.bytes.split_at(text.length).0) {
        Ok(text) => panic!("{}", text),
        Err(_) => panic!("CATGA029: two messages have one name on the wire"),
    }
}

/// What a constant can write into.
struct Text {
    bytes: [u8; 512],
    length: usize,
}

impl Text {
    const fn push(&mut self, text: &str) {
        let mut i = 0;
        while i < text.len() && self.length < self.bytes.len() {
            self.bytes[self.length] = text.as_bytes()[i];
            self.length += 1;
            i += 1;
        }
    }
}
