use crate::envelope::WireKey;

/// Where each message of a contract stands, by its key: as fast among a thousand messages as among ten. The compiler
/// fills it.
///
/// Source: open addressing with linear probing (D. E. Knuth, The Art of Computer Programming, volume 3, 6.4, algorithm
/// L), at most half full. Keys are hashes already.
#[derive(Debug)]
pub struct Index<const SLOTS: usize> {
    slots: [Slot; SLOTS],
}

/// A message, by the key and the version that its contract names it with.
#[derive(Clone, Copy, Debug)]
struct Slot {
    key: u64,
    version: u32,
    at: u32,
}

impl Slot {
    const FREE: u32 = u32::MAX;

    /// No message stands there: what is looked for from the slot behind it on stands for the key, so that who comes
    /// here looks for another. Whoever looks for that one ends at another free slot.
    const fn free(slot: usize) -> Self {
        Self { key: slot as u64 + 1, version: 0, at: Self::FREE }
    }

    #[inline]
    const fn is_free(&self) -> bool {
        self.at == Self::FREE
    }
}

impl<const SLOTS: usize> Index<SLOTS> {
    /// The index of these keys and versions.
    pub const fn of<const N: usize>(messages: [(u64, u32); N]) -> Self {
        assert!(SLOTS.is_power_of_two() && SLOTS > N + 1 && N < 1 << 16, "a contract has at most 65 535 messages");
        let mut slots = [Slot::free(0); SLOTS];
        let mut at = 0;
        while at < SLOTS {
            slots[at] = Slot::free(at);
            at += 1;
        }
        at = 0;
        while at < N {
            let (key, version) = messages[at];
            let mut slot = Self::slot(key);
            while !slots[slot].is_free() {
                slot = Self::slot(slot as u64 + 1);
            }
            slots[slot] = Slot { key, version, at: at as u32 };
            at += 1;
        }
        Self { slots }
    }

    #[inline]
    const fn slot(key: u64) -> usize {
        key as usize & (SLOTS - 1)
    }

    /// Which message has this name and this version, or else this name: another version of a known message is for
    /// that one to read, or to refuse.
    #[inline]
    pub fn find(&self, key: WireKey, version: u32) -> Option<usize> {
        // Where most are, so that all else is out of the way.
        let there = &self.slots[Self::slot(key.0)];
        if there.key == key.0 && there.version == version {
            return Some(there.at as usize);
        }
        self.search(key, version)
    }

    #[inline(never)]
    fn search(&self, key: WireKey, version: u32) -> Option<usize> {
        let mut named = None;
        let mut slot = Self::slot(key.0);
        loop {
            let there = &self.slots[slot];
            if there.key == key.0 {
                if there.version == version {
                    return Some(there.at as usize);
                }
                named = named.or(Some(there.at as usize));
            } else if there.is_free() {
                return named;
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
        const INDEX: Index<16> = Index::of([(15, 1), (31, 1), (15, 3), (47, 2), (0, 1)]);
        assert_eq!(INDEX.find(WireKey(15), 1), Some(0));
        assert_eq!(INDEX.find(WireKey(15), 3), Some(2));
        assert_eq!(INDEX.find(WireKey(15), 2), Some(0), "the first of that name");
        assert_eq!(INDEX.find(WireKey(31), 1), Some(1));
        assert_eq!(INDEX.find(WireKey(47), 7), Some(3));
        assert_eq!(INDEX.find(WireKey(0), 1), Some(4));
        assert_eq!(INDEX.find(WireKey(0), 0), Some(4), "the first of that name");
        // What stands in the free slots is no name.
        for key in (4..15).chain(16..31) {
            assert_eq!(INDEX.find(WireKey(key), 0), None);
        }
        assert_eq!(INDEX.find(WireKey(63), 1), None);
        assert_eq!(INDEX.find(WireKey(5), 1), None);
    }

    #[test]
    fn an_index_of_nothing_finds_nothing() {
        const INDEX: Index<2> = Index::of([]);
        assert_eq!(INDEX.find(WireKey(0), 1), None);
        for key in 0..4 {
            assert_eq!(INDEX.find(WireKey(key), 0), None);
        }
        assert_eq!(INDEX.find(WireKey(u64::MAX), 1), None);
    }
}
