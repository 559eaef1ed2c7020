use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::{Mutex as Turn, OwnedMutexGuard};

use super::error::{ErrorKind, StoreError};

/// Locks by key, first come first served: those who change the same row wait for each other here, instead of
/// conflicting at their commits. Clones share the keys.
///
/// A lock is of this process; what must hold over processes is checked when a transaction commits.
#[derive(Clone, Debug)]
pub struct KeyedLocks {
    keys: Arc<Keys>,
}

#[derive(Debug)]
struct Keys {
    turns: Mutex<HashMap<Vec<u8>, Arc<Turn<()>>>>,
    most_waiting: usize,
}

/// A key that is held; it is the next caller's when this is dropped.
#[derive(Debug)]
#[must_use = "the key is free again when this is dropped"]
pub struct KeyGuard {
    // In this order: the turn passes on before the key is forgotten.
    turn: Option<OwnedMutexGuard<()>>,
    place: Place,
}

/// A caller in a key's line, or its holder.
#[derive(Debug)]
struct Place {
    keys: Arc<Keys>,
    key: Vec<u8>,
    turn: Option<Arc<Turn<()>>>,
}

impl Default for KeyedLocks {
    fn default() -> Self {
        Self::new(1024)
    }
}

impl KeyedLocks {
    /// With at most so many callers that wait on one key.
    pub fn new(most_waiting: usize) -> Self {
        Self { keys: Arc::new(Keys { turns: Mutex::default(), most_waiting }) }
    }

    /// Waits for the key. The place in the line is taken at the first poll; cancel safe.
    ///
    /// # Errors
    /// `Overloaded` where too many wait for it already.
    pub async fn lock(&self, key: &[u8]) -> Result<KeyGuard, StoreError> {
        let (turn, place) = self.keys.line_up(key)?;
        let turn = turn.lock_owned().await;
        Ok(KeyGuard { turn: Some(turn), place })
    }

    /// How many keys are held or waited for.
    pub fn len(&self) -> usize {
        self.keys.turns().len()
    }

    /// Whether no key is held.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

impl Keys {
    fn turns(&self) -> MutexGuard<'_, HashMap<Vec<u8>, Arc<Turn<()>>>> {
        self.turns.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn line_up(self: &Arc<Self>, key: &[u8]) -> Result<(Arc<Turn<()>>, Place), StoreError> {
        let mut turns = self.turns();
        let turn = match turns.get(key) {
            // One is the map's, one the holder's place.
            Some(turn) if places(turn) > self.most_waiting => {
                let detail = "too many callers wait for one key; try again later";
                return Err(StoreError::new(ErrorKind::Overloaded, detail));
            }
            Some(turn) => Arc::clone(turn),
            None => Arc::clone(turns.entry(key.to_vec()).or_default()),
        };
        let place = Place { keys: Arc::clone(self), key: key.to_vec(), turn: Some(Arc::clone(&turn)) };
        Ok((turn, place))
    }
}

/// How many callers hold a turn or wait for it: each has a place, and one pointer more in its wait or guard.
fn places(turn: &Arc<Turn<()>>) -> usize {
    (Arc::strong_count(turn) - 1) / 2
}

impl Drop for KeyGuard {
    fn drop(&mut self) {
        drop(self.turn.take());
        let _ = &self.place;
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut turns = self.keys.turns();
        drop(self.turn.take());
        // Nobody lines up without the map's lock: the last pointer is the map's.
        if turns.get(&self.key).is_some_and(|turn| Arc::strong_count(turn) == 1) {
            turns.remove(&self.key);
        }
    }
}
