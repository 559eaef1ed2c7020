use std::sync::{Arc, Mutex, PoisonError, Weak};

use super::{Groups, Writer};
use crate::store::error::StoreError;

/// Commits run when they are told to: a simulation decides what makes up a group, and what is in flight.
/// Clones share the store.
#[derive(Clone, Debug, Default)]
pub struct Manual {
    groups: Arc<Mutex<Weak<Groups>>>,
}

impl Manual {
    /// Commits one group of what waits, and says how many members it had.
    pub fn commit_one(&self) -> usize {
        self.groups().map_or(0, |groups| groups.commit_one())
    }

    /// How many commits wait.
    pub fn waiting(&self) -> usize {
        self.groups().map_or(0, |groups| groups.waiting())
    }

    fn groups(&self) -> Option<Arc<Groups>> {
        self.groups.lock().unwrap_or_else(PoisonError::into_inner).upgrade()
    }
}

impl Writer for Manual {
    fn start(&self, groups: &Arc<Groups>) -> Result<(), StoreError> {
        *self.groups.lock().unwrap_or_else(PoisonError::into_inner) = Arc::downgrade(groups);
        Ok(())
    }

    fn queued(&self, _: &Groups) {}

    fn stop(&self) {
        while self.commit_one() > 0 {}
    }
}
