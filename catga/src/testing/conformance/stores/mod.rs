//! What every store has to pass: schedule, outbox, inbox's records, leases, effects, reserved ids, and the transactions
//! around them. For the stores of this crate, and for yours.
//!
//! A [`StoreBackend`] says how your store is opened, by whom else, and how its time is moved; [`stores`] runs every
//! scenario on a store of its own and answers with a [`Report`](super::Report). The scenarios ask the ports of
//! [`store::port`](crate::store::port) alone: what is in a user's tables is the store's own to test, and is listed as not
//! applicable.
//!
//! ```
//! use std::sync::Arc;
//! use std::time::Duration;
//!
//! use catga::store::writer::Inline;
//! use catga::store::{Engine, Memory, Store};
//! use catga::testing::VirtualClock;
//! use catga::testing::conformance::{StoreBackend, StoreCapabilities, stores, stores_of};
//! use catga::time::SystemRandom;
//!
//! struct InMemory(VirtualClock);
//!
//! impl StoreBackend for InMemory {
//!     type Store = Store;
//!
//!     const CAPABILITIES: StoreCapabilities = StoreCapabilities { durable: false, side_by_side: true };
//!
//!     async fn open(&self) -> Store {
//!         let options = Store::<()>::options().writer(Inline).clock(self.0.clone());
//!         Store::with(Memory::new(&SystemRandom), options).unwrap()
//!     }
//!
//!     async fn node(&self, of: &Store) -> Store {
//!         of.clone()
//!     }
//!
//!     async fn advance(&self, by: Duration) {
//!         self.0.advance(by);
//!     }
//!
//!     // With tokio's clock paused, the hour is over as soon as nothing goes on any more.
//!     async fn give_up(&self) {
//!         tokio::time::sleep(Duration::from_secs(3_600)).await;
//!     }
//! }
//!
//! # #[tokio::main(flavor = "current_thread")] async fn main() {
//! # tokio::time::pause();
//! let report = stores(&InMemory(VirtualClock::new())).await;
//! report.check(stores_of(InMemory::CAPABILITIES)).unwrap();
//! # }
//! ```

mod backend;
mod idempotency;
mod inbox;
mod letters;
mod outbox;
mod schedule;
mod suite;
mod tools;
mod transactions;

pub use backend::{StoreBackend, StoreCapabilities};
pub use suite::{stores, stores_of};
