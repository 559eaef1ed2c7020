use crate::envelope::WireKey;

/// Where each message of a contract stands, by its key: as fast among a thousand messages as among ten. The compiler
/// fills it.
///
/// Source: open addressing with linear probing (D. E. Knuth, The Art of Computer Programming, volume 3, 6.4, algorithm
/// L), at most half full. Keys are hashes already.
#[derive(Debug)]
pub struct Index<const N: usize, const SLOTS: usize> {
    /// Keys and versions, as the contract names its messages.
    messages: [(u64, u32); N],
    slots: [u16; SLOTS],
}

/// No message stands there.
const FREE: u16 = u16::MAX;

impl<const N: usize, const SLOTS: usize> Index<N, SLOTS> {
    /// The index of these keys and versions.
    pub const fn of(messages: [(u64, u32); N]) -> Self {
        assert!(SLOTS.is_power_of_two() && SLOTS > N && N < FREE as usize, "a contract has at most 65 534 messages");
        let mut slots = [FREE; SLOTS];
        let mut at = 0;
        while at < N {
            let mut slot = Self::slot(messages[at].0);
            while slots[slot] != FREE {
                slot = Self::slot(slot as u64 + 1);
            }
            slots[slot] = at as u16;
            at += 1;
        }
        Self { messages, slots }
    }

    #[inline]
    const fn slot(key: u64) -> usize {
        key as usize & (SLOTS - 1)
    }

    /// Which message has this name and this version, or else this name: another version of a known message is for
    /// that one to read, or to refuse.
    #[inline]
    pub fn find(&self, key: WireKey, version: u32) -> Option<usize> {
        let mut named = None;
        let mut slot = Self::slot(key.0);
        loop {
            let at = usize::from(self.slots[slot]);
            let Some((known, served)) = self.messages.get(at) else { return named };
            if *known == key.0 {
                if *served == version {
                    return Some(at);
                }
                named = named.or(Some(at));
            }
            slot = Self::slot(slot as u64 + 1);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_is_found_by_its_name_and_version_and_else_by_its_name() {
        // All of them want the last slot, so that the search goes around.
        const INDEX: Index<5, 16> = Index::of([(15, 1), (31, 1), (15, 3), (47, 2), (0, 1)]);
        assert_eq!(INDEX.find(WireKey(15), 1), Some(0));
        assert_eq!(INDEX.find(WireKey(15), 3), Some(2));
        assert_eq!(INDEX.find(WireKey(15), 2), Some(0), "the first of that name");
        assert_eq!(INDEX.find(WireKey(31), 1), Some(1));
        assert_eq!(INDEX.find(WireKey(47), 7), Some(3));
        assert_eq!(INDEX.find(WireKey(0), 1), Some(4));
        assert_eq!(INDEX.find(WireKey(63), 1), None);
        assert_eq!(INDEX.find(WireKey(5), 1), None);
    }

    #[test]
    fn an_index_of_nothing_finds_nothing() {
        const INDEX: Index<0, 1> = Index::of([]);
        assert_eq!(INDEX.find(WireKey(0), 1), None);
        assert_eq!(INDEX.find(WireKey(u64::MAX), 1), None);
    }
}
