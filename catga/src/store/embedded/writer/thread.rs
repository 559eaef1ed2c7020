use std::sync::{Arc, Mutex, PoisonError};
use std::thread::{Builder, JoinHandle};

use super::{Groups, Writer};
use crate::store::error::{ErrorKind, StoreError};

/// A thread of its own: what production uses.
#[derive(Debug, Default)]
pub struct WriterThread {
    thread: Mutex<Option<JoinHandle<()>>>,
}

impl Writer for WriterThread {
    fn start(&self, groups: &Arc<Groups>) -> Result<(), StoreError> {
        let groups = Arc::clone(groups);
        let thread = Builder::new().name("catga-store".into()).spawn(move || groups.run()).map_err(|error| {
            StoreError::with_source(ErrorKind::Io, "the system gives no thread to the store's writer", error)
        })?;
        *self.thread.lock().unwrap_or_else(PoisonError::into_inner) = Some(thread);
        Ok(())
    }

    fn queued(&self, _: &Groups) {}

    fn stop(&self) {
        let thread = self.thread.lock().unwrap_or_else(PoisonError::into_inner).take();
        // Its own panics are answers already.
        let _ = thread.map(JoinHandle::join);
    }
}
