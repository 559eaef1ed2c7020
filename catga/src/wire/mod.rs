//! Messages as bytes that arrive: found by constant keys, decoded, sent through the same pipeline as local
//! ones, answered in bytes.
//!
//! [`respond`] does all of it for a request, [`receive`] for what wants no answer. What cannot be
//! dispatched is a [`Rejected`] with the raw bytes, and never acknowledged in silence.

mod answer;
mod ask;
mod carries;
mod codes;
mod contain;
mod ending;
mod error;
mod failure;
mod former;
mod index;
mod outlet;
mod outlines;
mod press;
mod read;
mod rejected;
mod respond;
mod rows;
mod running;
mod server;
mod serves;
mod started;
mod tell;
mod text;
mod ways;
mod within;

pub(crate) use answer::AnswerOf;
pub use ask::ask;
pub use carries::{Carries, Fails};
pub(crate) use contain::contain;
pub use ending::{Answering, Ending, Receiving};
pub use error::WireError;
pub(crate) use failure::read_failure;
pub use former::Former;
pub use index::Index;
pub use outlet::{Outlet, Whole};
#[doc(hidden)]
pub use outlines::{Outline, Outlines};
pub(crate) use press::Press;
pub(crate) use read::check_schema;
pub use rejected::Rejected;
pub(crate) use respond::receive_decoded;
pub use respond::{receive, respond};
pub use server::{Extends, Served, Server};
pub use serves::{Arrived, Received, Serves};
pub use tell::tell;
pub use ways::{Asked, Brings, Fits, Rowed, Told, Way, is_marked};

// Named here once, so that a model checker's may stand in their place.
use portable_atomic::AtomicBool;
use std::sync::{Mutex, MutexGuard};
