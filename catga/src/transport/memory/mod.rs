//! The transport in one process: between mediators, and for tests.

mod delivers;
mod desk;
mod group;
mod limits;
mod listens;
#[expect(clippy::module_inception, reason = "the noun of this folder is the transport itself")]
mod memory;
mod queue;
mod requests;
mod state;

pub use delivers::{MemoryDelivery, MemorySubscription};
pub use limits::Limits;
pub use listens::{MemoryIncoming, MemoryItemSender, MemoryResponder};
pub use memory::Memory;
pub use requests::MemoryItems;

// Named here once, so that a model checker's may stand in their place.
use std::sync::{Arc, Mutex, MutexGuard};

use bytes::Bytes;

use super::shared::{closing, key, line, listeners, pipe, quota, slab};
use super::{Parcel, TransportError};
use crate::time::Instant;

#[cfg(not(feature = "tokio"))]
use crate::time::NoTimer as DefaultTimer;
#[cfg(feature = "tokio")]
use crate::time::TokioTimer as DefaultTimer;
