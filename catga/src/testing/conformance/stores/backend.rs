use core::future::Future;
use core::time::Duration;

use crate::store::port::{Affects, Leases, Operates, Remembers, Reserves};

/// A store to be held to its promises: how it is opened, and how its time is moved.
pub trait StoreBackend: Send + Sync {
    /// The store.
    type Store: Operates + Remembers + Leases + Affects + Reserves;

    /// What it promises besides.
    const CAPABILITIES: StoreCapabilities;

    /// Opens a new store, with nothing in it. A transaction of it may become no older than an hour.
    fn open(&self) -> impl Future<Output = Self::Store> + Send;

    /// Another node on the same store; where one process alone has it, another handle.
    fn node(&self, of: &Self::Store) -> impl Future<Output = Self::Store> + Send;

    /// Moves the clock of all that was opened.
    fn advance(&self, by: Duration) -> impl Future<Output = ()> + Send;

    /// Ends when a scenario that has not ended never will. Nothing that is right waits for it.
    fn give_up(&self) -> impl Future<Output = ()> + Send;

    /// Ends the store as a crash would, and opens it anew on what it has kept. Only for one that is durable.
    fn reopen(&self, store: Self::Store) -> impl Future<Output = Option<Self::Store>> + Send {
        async {
            drop(store);
            None
        }
    }
}

/// What a store promises besides what every one does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StoreCapabilities {
    /// What is committed outlives a crash.
    pub durable: bool,
    /// Transactions run side by side; else one at a time.
    pub side_by_side: bool,
}
