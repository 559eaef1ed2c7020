//! Stream queries: a chain that surrounds a stream's whole life, with the rows passing beside it.
//!
//! The chain runs with a [`Ticket`] as its input. At its end the query is admitted through a gate, and
//! the chain waits there until the last row has been taken; the rows go straight to the caller.
//! Where the rows wait, the chain is polled with them, so a timeout around a stream ends it.

#![allow(unsafe_code, reason = "a stream holds its chain, and the gate that the chain points to")]

mod gate;
mod surround;

pub use gate::{Admit, Ticket};
#[doc(hidden)]
pub use surround::Lineage;
pub(crate) use surround::surround;
