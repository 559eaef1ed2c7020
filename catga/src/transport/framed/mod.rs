//! What byte streams of every kind have in common: frames, and the buffer that they are written through.
//!
//! A frame is its length (four bytes, big endian), a kind, and what the kind says. Requests, answers and
//! what belongs to them begin with a slot and a generation, which the one who asks gives out: a slot is
//! used again, and the generation tells the uses apart.

mod fault;
pub(super) mod frame;
pub(super) mod hello;
pub(super) mod lengths;
pub(super) mod name;
pub(super) mod out;
mod parts;
pub(super) mod patience;
