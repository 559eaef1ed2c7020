//! The transports, held to what they promise; and wrappers that break a promise, each caught.

mod broken;
mod caught;
mod memory;
mod unix;
