//! Who runs the commits: a thread of its own in production, the caller in a simulation.

mod groups;
mod inline;
mod manual;
mod queue;
mod thread;

pub use groups::Groups;
pub(super) use groups::Most;
pub use inline::Inline;
pub use manual::Manual;
pub use thread::WriterThread;

use std::sync::{Arc, Condvar, Mutex, MutexGuard};

use crate::store::error::StoreError;

/// The port to who runs the commits of a store.
pub trait Writer: Send + Sync + 'static {
    /// The store is open; from here on its commits wait in `groups`.
    ///
    /// # Errors
    /// It cannot run them.
    fn start(&self, groups: &Arc<Groups>) -> Result<(), StoreError>;

    /// Another commit waits in `groups`.
    fn queued(&self, groups: &Groups);

    /// The store is closed: what waits is run to its end, and then nothing more. Returns when it is.
    fn stop(&self);
}
