//! State that lives as long as the process.

use std::sync::{Mutex, PoisonError};

/// A value behind a lock.
#[derive(Debug, Default)]
pub(crate) struct Memory<T>(Mutex<T>);

impl<T> Memory<T> {
    /// That begins so.
    pub(crate) const fn new(value: T) -> Self {
        Self(Mutex::new(value))
    }

    /// Reads and changes the state in one step: nobody sees it in between.
    pub(crate) fn with<R>(&self, step: impl FnOnce(&mut T) -> R) -> R {
        // Every step checks before it changes anything, so a panic leaves nothing half done.
        step(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}
