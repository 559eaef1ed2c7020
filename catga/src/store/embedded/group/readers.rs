use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::member::At;

/// The snapshots that are in use, by sequence.
#[derive(Clone, Debug, Default)]
pub(crate) struct Readers(Arc<Mutex<BTreeMap<u64, usize>>>);

/// Keeps what was committed after a snapshot from being forgotten.
#[derive(Debug)]
pub(crate) struct Live {
    sequence: u64,
    readers: Readers,
}

impl Readers {
    /// Takes a snapshot with `take` and registers it in one step, so that nothing is forgotten between.
    pub(crate) fn register<T, E>(&self, take: impl FnOnce() -> Result<(u64, T), E>) -> Result<(At, T), E> {
        let mut readers = self.lock();
        let (sequence, taken) = take()?;
        *readers.entry(sequence).or_default() += 1;
        drop(readers);
        Ok((At::live(sequence, Arc::new(Live { sequence, readers: self.clone() })), taken))
    }

    /// The oldest snapshot in use.
    pub(crate) fn oldest(&self) -> Option<u64> {
        self.lock().keys().next().copied()
    }

    fn lock(&self) -> MutexGuard<'_, BTreeMap<u64, usize>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Live {
    fn drop(&mut self) {
        let mut readers = self.readers.lock();
        if let Some(count) = readers.get_mut(&self.sequence) {
            *count -= 1;
            if *count == 0 {
                readers.remove(&self.sequence);
            }
        }
    }
}
