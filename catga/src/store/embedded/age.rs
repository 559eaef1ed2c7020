use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};

use super::engine::Snapshot;
use crate::store::error::StoreError;
use crate::time::Instant;

/// A transaction's snapshot, which is taken from it when it has become too old.
pub(crate) struct Slot(Mutex<Option<Arc<dyn Snapshot>>>);

impl Slot {
    pub(crate) fn snapshot(&self) -> Result<Arc<dyn Snapshot>, StoreError> {
        self.lock().clone().ok_or_else(StoreError::expired)
    }

    /// Lets the snapshot go.
    pub(crate) fn release(&self) {
        // Dropped after the lock is free.
        let snapshot = self.lock().take();
        drop(snapshot);
    }

    fn lock(&self) -> MutexGuard<'_, Option<Arc<dyn Snapshot>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The snapshots that are in use, oldest first.
#[derive(Default)]
pub(crate) struct Ages(Mutex<VecDeque<(Instant, Weak<Slot>)>>);

impl Ages {
    /// Gives out a slot for a transaction that begins now.
    pub(crate) fn begin(&self, now: Instant, snapshot: Arc<dyn Snapshot>) -> Arc<Slot> {
        let slot = Arc::new(Slot(Mutex::new(Some(snapshot))));
        self.lock().push_back((now, Arc::downgrade(&slot)));
        slot
    }

    /// Takes their snapshots from those that began before `oldest`: a file that nobody may reuse grows.
    /// Says how many these were.
    pub(crate) fn sweep(&self, oldest: Instant) -> u64 {
        let mut old = Vec::new();
        let mut slots = self.lock();
        while let Some((begun, slot)) = slots.front() {
            match slot.upgrade() {
                Some(_) if *begun >= oldest => break,
                slot => old.extend(slot),
            }
            slots.pop_front();
        }
        drop(slots);
        old.iter().for_each(|slot| slot.release());
        old.len() as u64
    }

    fn lock(&self) -> MutexGuard<'_, VecDeque<(Instant, Weak<Slot>)>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
