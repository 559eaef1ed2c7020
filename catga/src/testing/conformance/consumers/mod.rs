//! What a [`Consumer`](crate::delivery::Consumer) makes of a transport: what cannot be handled is kept byte for byte,
//! and what is tried again is the same message. The consumer and the dead letters are ours, the transport is yours.

mod kept;
mod office;
mod retried;
mod suite;
mod tally;
mod wire;
mod world;

pub use suite::{consumers, consumers_of};
