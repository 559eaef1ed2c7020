//! What was not known, looked at again.

use core::time::Duration;
use std::sync::{Mutex, MutexGuard, PoisonError};

use alloc::collections::BTreeSet;
use alloc::vec::Vec;

use super::deliver::Target;
use super::relay::Relay;
use crate::store::port::Drains;
use crate::store::{ErrorKind, StoreError};
use crate::time::Cancel;

/// How often it is looked at, at most.
pub(super) const EVERY: Duration = Duration::from_secs(5);

/// How many keys are looked at together.
const AT_ONCE: usize = 256;

/// The ids of the messages that one run has held itself: it does not know them when it looks again.
#[derive(Default)]
pub(super) struct Unknown(Mutex<BTreeSet<u64>>);

impl Unknown {
    /// How many are remembered at most; what is beyond that is held once more with each look.
    const MOST: usize = 1 << 16;

    fn ids(&self) -> MutexGuard<'_, BTreeSet<u64>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn add(&self, id: u64) {
        let mut ids = self.ids();
        if ids.len() < Self::MOST {
            ids.insert(id);
        }
    }

    fn has(&self, id: u64) -> bool {
        self.ids().contains(&id)
    }
}

impl<D, S: Drains<Marker = D>> Relay<D, S> {
    /// Lets those keys move again whose first message the target knows by its name: another program has held them, or
    /// this one before it was started anew. Whether all were looked at.
    pub(super) async fn resume_held<T: Target>(&self, target: &T, unknown: &Unknown, stop: &Cancel) -> bool {
        let mut after: Option<Vec<u8>> = None;
        loop {
            let Ok(keys) = self.seen(self.store.held_keys(&self.outbox, after.as_deref(), AT_ONCE).await) else {
                return false;
            };
            let is_all = keys.len() < AT_ONCE;
            after = keys.last().map(|last| last.key.clone());
            for held in keys.iter().filter(|held| target.knows(&held.name) && !unknown.has(held.id)) {
                if stop.is_cancelled() {
                    return true;
                }
                match self.store.resume_key(&self.outbox, &held.key).await {
                    // Another relay was faster.
                    Err(error) if matches!(error.kind(), ErrorKind::Missing | ErrorKind::Conflict) => {}
                    resumed => {
                        if self.seen(resumed).is_err() {
                            return false;
                        }
                    }
                }
            }
            if is_all {
                return true;
            }
        }
    }

    fn seen<T>(&self, outcome: Result<T, StoreError>) -> Result<T, StoreError> {
        outcome.inspect_err(|_| self.counts.store_errors.add())
    }
}
