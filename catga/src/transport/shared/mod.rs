//! What the adapters of this crate are made of.

pub(super) mod budget;
pub(super) mod key;
pub(super) mod line;
pub(super) mod pipe;
pub(super) mod registry;

// Named here once, so that a model checker's may stand in their place.
use std::sync::{Mutex, MutexGuard};

use super::TransportError;
