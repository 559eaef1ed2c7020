use core::hash::Hash;
use std::collections::HashMap;
use std::sync::Arc;

use super::{Idle, IsKey};
use crate::time::Clock;

/// The behaviors that there are, at most so many.
pub(super) struct Kept<K, B> {
    places: HashMap<K, usize>,
    all: Vec<(K, Arc<B>)>,
    /// Where the search for one that is idle goes on.
    hand: usize,
}

/// At how many it looks to find one that is idle: a new key costs no more, however many there are.
const LOOKS: usize = 64;

impl<K, B> Kept<K, B> {
    pub(super) fn new() -> Self {
        Self { places: HashMap::new(), all: Vec::new(), hand: 0 }
    }

    pub(super) fn len(&self) -> usize {
        self.all.len()
    }

    pub(super) fn get(&self, key: &K) -> Option<&Arc<B>>
    where
        K: Eq + Hash,
    {
        self.places.get(key).and_then(|place| self.all.get(*place)).map(|(_, behavior)| behavior)
    }
}

impl<K: IsKey, B: Idle> Kept<K, B> {
    /// The key's own, or this new one, where there is room for it.
    pub(super) fn get_or(&mut self, key: K, new: Arc<B>, most: usize, clock: &impl Clock) -> Option<Arc<B>> {
        if let Some(own) = self.get(&key) {
            return Some(Arc::clone(own));
        }
        let place = if self.all.len() < most { self.all.len() } else { self.idle(clock)? };
        let entry = (key.clone(), Arc::clone(&new));
        // What is forgotten has no call in it, and so nothing that may panic as it is dropped but the user's own.
        match self.all.get_mut(place) {
            Some(old) => {
                let (forgotten, _) = core::mem::replace(old, entry);
                self.places.remove(&forgotten);
            }
            None => self.all.push(entry),
        }
        self.places.insert(key, place);
        Some(new)
    }

    /// The place of one that nobody has and that is idle.
    fn idle(&mut self, clock: &impl Clock) -> Option<usize> {
        let count = self.all.len();
        for _ in 0..count.min(LOOKS) {
            let place = self.hand;
            self.hand = (self.hand + 1) % count;
            // Nobody can take another share of it meanwhile: whoever does has to come past this lock.
            let (_, behavior) = self.all.get(place)?;
            if Arc::strong_count(behavior) == 1 && behavior.is_idle(clock) {
                return Some(place);
            }
        }
        None
    }
}
