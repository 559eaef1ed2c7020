#[path = "../../../../../catga/src/transport/memory/desk.rs"]
mod desk;
#[path = "../../../../../catga/src/transport/memory/group.rs"]
mod group;
#[path = "../../../../../catga/src/transport/memory/queue.rs"]
mod queue;
#[path = "../../../../../catga/src/transport/memory/state.rs"]
mod state;

mod closes;
mod deliveries;
mod requests;

use bytes::Bytes;
use catga::time::Instant;
use catga::transport::{Parcel, TransportError};
use shuttle::sync::{Arc, Mutex, MutexGuard};

use super::shared::{closing, key, line, listeners, pipe, quota, registry, slab};
use crate::ROUNDS;
