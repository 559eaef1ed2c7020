//! What the adapters of this crate are made of.

pub(super) mod budget;
pub(super) mod caller;
pub(super) mod closing;
pub(super) mod items;
pub(super) mod key;
pub(super) mod line;
pub(super) mod listener;
pub(super) mod listeners;
pub(super) mod pipe;
pub(super) mod quota;
pub(super) mod registry;
pub(super) mod size;
pub(super) mod slab;

// Named here once, so that a model checker's may stand in their place.
use std::sync::{Arc, Mutex, MutexGuard, RwLock};

use super::TransportError;
