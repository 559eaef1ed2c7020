use core::task::Waker;
use std::sync::{OnceLock, PoisonError};

use super::{Mutex, MutexGuard};

/// Whether a transport closes, and who waits for it to be done.
#[derive(Debug, Default)]
pub(in crate::transport) struct Closing {
    begun: OnceLock<()>,
    waiting: Mutex<Vec<Waker>>,
}

impl Closing {
    /// From now on it closes.
    pub(in crate::transport) fn begin(&self) {
        let _first = self.begun.set(());
    }

    #[inline]
    pub(in crate::transport) fn has_begun(&self) -> bool {
        self.begun.get().is_some()
    }

    /// Something was finished, which may have been the last.
    #[inline]
    pub(in crate::transport) fn progress(&self) {
        if self.has_begun() {
            self.wake();
        }
    }

    /// Wakes all who wait, and whoever still waits then says so again.
    #[cold]
    pub(in crate::transport) fn wake(&self) {
        let waiting = core::mem::take(&mut *self.lock());
        waiting.into_iter().for_each(Waker::wake);
    }

    /// Woken at the next progress.
    pub(in crate::transport) fn wait(&self, waker: &Waker) {
        let mut waiting = self.lock();
        if !waiting.iter().any(|waiting| waiting.will_wake(waker)) {
            waiting.push(waker.clone());
        }
    }

    fn lock(&self) -> MutexGuard<'_, Vec<Waker>> {
        // Nothing that may panic runs under the lock.
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
