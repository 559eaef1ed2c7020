use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock};

use super::snapshot::MemorySnapshot;
use super::versions::{self, Versions};
use crate::store::embedded::engine::{Engine, Snapshot};
use crate::store::embedded::group::{self, Answer, Member, REMEMBERED, Readers, Recent};
use crate::store::error::StoreError;
use crate::store::identity::{Identity, StoreId, first_of};
use crate::time::Random;

/// Rows in memory. They are lost with the process; all else is as in a file.
#[derive(Debug)]
pub struct Memory {
    identity: Identity,
    recent: Mutex<Recent>,
    readers: Readers,
    versions: Arc<RwLock<Versions>>,
}

impl Memory {
    /// An empty store, whose number is drawn from `random`.
    pub fn new(random: &dyn Random) -> Self {
        let identity = Identity { id: StoreId::drawn(random), epoch: 0 };
        let readers = Readers::default();
        let head = first_of(identity.epoch);
        Self {
            identity,
            recent: Mutex::new(Recent::new(head, readers.clone(), REMEMBERED)),
            readers,
            versions: Arc::new(RwLock::new(Versions { head, ..Versions::default() })),
        }
    }

    fn recent(&self) -> MutexGuard<'_, Recent> {
        self.recent.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Engine for Memory {
    fn snapshot(&self) -> Result<Arc<dyn Snapshot>, StoreError> {
        let (at, versions) = self.readers.register(|| {
            let head = versions::read(&self.versions).head;
            Ok::<_, StoreError>((head, Arc::clone(&self.versions)))
        })?;
        Ok(Arc::new(MemorySnapshot { at, versions }))
    }

    fn commit(&self, group: &[Member]) -> Vec<Answer> {
        let mut recent = self.recent();
        let mut versions = versions::write(&self.versions);
        // Readers wait for the lock, so none sees half of a group.
        let head = versions.head;
        let applied = match group::apply(group, head, &recent, &mut *versions) {
            Ok(applied) => applied,
            // These rows do not fail.
            Err(error) => return group.iter().map(|_| Answer::Unknown(error.clone())).collect(),
        };
        versions.head = applied.head;
        // Who registers a snapshot holds the readers' lock and waits for the versions': not the other way.
        drop(versions);
        recent.committed(applied.pending.keys(), applied.head);
        let oldest = self.readers.oldest().unwrap_or(applied.head);
        versions::write(&self.versions).forget(oldest.min(applied.head));
        applied.answers
    }

    fn identity(&self) -> Identity {
        self.identity
    }

    fn head(&self) -> u64 {
        versions::read(&self.versions).head
    }
}
