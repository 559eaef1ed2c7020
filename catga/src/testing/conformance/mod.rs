//! What every transport has to pass: one suite for requests, one for deliveries, one with a consumer; and what every
//! store has to, as `stores` runs it. For the transports and stores of this crate, and for yours.
//!
//! A [`Backend`] says how your transport is opened and how its time is moved; [`requests`] and
//! [`deliveries`] run every scenario on a transport of its own and answer with a [`Report`]. Nothing that
//! reads looks away from duplicates: they are counted, and fail the suite unless you allow them. Nothing
//! waits for time to pass: scenarios wait for events, and move the clock that the backend shares with its
//! transport. A scenario that your [`Capabilities`](crate::transport::Capabilities) switch off is listed
//! as not applicable, and so is what only a consumer can show: `consumers` runs that, with the feature `wire`.
//!
//! ```
//! use catga::testing::VirtualClock;
//! use catga::testing::conformance::{self, Backend, Bounds, Opened};
//! use catga::transport::memory::{Limits, Memory};
//! use std::time::Duration;
//!
//! type Virtual = Memory<VirtualClock, VirtualClock>;
//!
//! struct InMemory(VirtualClock);
//!
//! impl Backend for InMemory {
//!     type Caller = Virtual;
//!     type Server = Virtual;
//!     type Publisher = Virtual;
//!     type Subscriber = Virtual;
//!
//!     fn bounds(&self) -> Bounds {
//!         let (ack_deadline, retention) = (Duration::from_secs(30), Duration::from_secs(600));
//!         Bounds { in_flight: 4, queued: 8, items: 4, bytes: 1_024, ack_deadline, retention }
//!     }
//!
//!     async fn open(&self) -> Opened<Virtual, Virtual, Virtual, Virtual> {
//!         let Bounds { in_flight, queued, items, bytes, ack_deadline, retention } = self.bounds();
//!         let limits = Limits { in_flight, queued, items, bytes, ack_deadline, retention };
//!         let memory = Memory::new(limits, self.0.clone(), self.0.clone());
//!         Opened { caller: memory.clone(), server: memory.clone(), publisher: memory.clone(), subscriber: memory }
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
//! let report = conformance::requests(&InMemory(VirtualClock::new())).await;
//! report.check(conformance::REQUESTS).unwrap();
//! # #[cfg(feature = "wire")] {
//! let report = conformance::consumers(&InMemory(VirtualClock::new())).await;
//! report.check(conformance::consumers_of(<Virtual as catga::transport::Transport>::CAPABILITIES)).unwrap();
//! # }
//! # }
//! ```

mod ask;
mod backend;
mod closing;
#[cfg(feature = "wire")]
mod consumers;
mod deliver;
mod lifecycle;
mod order;
mod report;
mod requests;
mod retry;
#[cfg(all(feature = "store", feature = "wire"))]
mod stores;
mod streams;
mod suite;
mod tools;

pub use backend::{Backend, Bounds, Opened, OpenedBy};
#[cfg(feature = "wire")]
pub use consumers::{consumers, consumers_of};
pub use report::{Report, Verdict};
#[cfg(all(feature = "store", feature = "wire"))]
pub use stores::{StoreBackend, StoreCapabilities, stores, stores_of};
pub use suite::{REQUESTS, deliveries, deliveries_of, requests};
