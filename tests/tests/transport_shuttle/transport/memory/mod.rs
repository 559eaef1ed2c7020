#[path = "../../../../../catga/src/transport/memory/desk.rs"]
mod desk;
#[path = "../../../../../catga/src/transport/memory/group.rs"]
mod group;
#[path = "../../../../../catga/src/transport/memory/queue.rs"]
mod queue;

mod deliveries;
mod requests;

use bytes::Bytes;
use catga::time::Instant;
use catga::transport::{Parcel, TransportError};
use shuttle::sync::{Arc, Mutex, MutexGuard};

use super::shared::{key, line, pipe};
use crate::ROUNDS;
