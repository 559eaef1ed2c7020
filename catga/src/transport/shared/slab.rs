use super::key::Key;

/// Slots that are used again and again, so that nothing is allocated once they are there. It lives under its owner's
/// lock; what it hands back is dropped outside of that.
#[derive(Debug)]
pub(in crate::transport) struct Slab<T> {
    slots: Vec<Slot<T>>,
    free: Vec<u32>,
}

#[derive(Debug)]
struct Slot<T> {
    generation: u32,
    of: Option<T>,
}

impl<T> Slab<T> {
    /// How many slots are used.
    #[inline]
    pub(in crate::transport) fn used(&self) -> usize {
        self.slots.len() - self.free.len()
    }

    /// Takes a slot.
    #[inline]
    pub(in crate::transport) fn insert(&mut self, of: T) -> Key {
        let slot = self.free.pop().unwrap_or_else(|| {
            self.slots.push(Slot { generation: 0, of: None });
            (self.slots.len() - 1) as u32
        });
        let taken = &mut self.slots[slot as usize];
        taken.of = Some(of);
        Key { slot, generation: taken.generation }
    }

    /// What a slot is used for; nothing where this use of it is over.
    #[inline]
    pub(in crate::transport) fn get(&mut self, key: Key) -> Option<&mut T> {
        let slot = self.slots.get_mut(key.slot as usize).filter(|slot| slot.generation == key.generation)?;
        slot.of.as_mut()
    }

    /// Gives a slot back.
    #[inline]
    pub(in crate::transport) fn remove(&mut self, key: Key) -> Option<T> {
        let slot = self.slots.get_mut(key.slot as usize).filter(|slot| slot.generation == key.generation)?;
        let of = slot.of.take()?;
        slot.generation = slot.generation.wrapping_add(1);
        self.free.push(key.slot);
        Some(of)
    }

    /// The keys of all that are used.
    pub(in crate::transport) fn keys(&self) -> Vec<Key> {
        self.find_all(|_| true).collect()
    }

    /// The keys of those that are used for such a thing.
    pub(in crate::transport) fn find_all(&self, is_it: impl Fn(&T) -> bool) -> impl Iterator<Item = Key> {
        let found = self.slots.iter().zip(0..).filter(move |(slot, _)| slot.of.as_ref().is_some_and(&is_it));
        found.map(|(slot, at)| Key { slot: at, generation: slot.generation })
    }

    /// What all of them are used for.
    pub(in crate::transport) fn values(&self) -> impl Iterator<Item = &T> {
        self.slots.iter().filter_map(|slot| slot.of.as_ref())
    }

    /// The same, to be changed.
    pub(in crate::transport) fn values_mut(&mut self) -> impl Iterator<Item = &mut T> {
        self.slots.iter_mut().filter_map(|slot| slot.of.as_mut())
    }
}

impl<T> Default for Slab<T> {
    fn default() -> Self {
        Self { slots: Vec::new(), free: Vec::new() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slot_is_used_again_and_the_key_of_its_earlier_use_fits_no_more() {
        let mut slab = Slab::default();
        let (first, second) = (slab.insert("first"), slab.insert("second"));
        assert_eq!(slab.remove(first), Some("first"));
        assert_eq!((slab.remove(first), slab.get(first).copied(), slab.used()), (None, None, 1));
        let third = slab.insert("third");
        assert_eq!(third.slot, first.slot);
        assert_eq!((slab.get(first).copied(), slab.remove(first)), (None, None));
        assert_eq!(slab.get(third).copied(), Some("third"));
        assert_eq!(slab.get(second).copied(), Some("second"));
        assert_eq!(slab.keys(), [third, second]);
        assert_eq!(slab.find_all(|of| *of == "second").collect::<Vec<_>>(), [second]);
        assert_eq!(slab.values().collect::<Vec<_>>(), [&"third", &"second"]);
        slab.values_mut().for_each(|of| *of = "other");
        assert_eq!(slab.values().collect::<Vec<_>>(), [&"other", &"other"]);
    }
}
