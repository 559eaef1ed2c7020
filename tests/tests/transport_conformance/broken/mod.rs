//! A transport that breaks one promise: a memory, and a fault around it.

mod answers;
mod backed;
mod delivers;
mod fault;
mod requests;
mod transport;

pub(crate) use backed::Backed;
pub(crate) use fault::Fault;
