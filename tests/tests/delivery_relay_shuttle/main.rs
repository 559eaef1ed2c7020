//! The claim loops of relays, under a scheduler that tries interleavings: the store and the relays themselves, over an
//! engine that lets another thread go on wherever it is asked. What happens between two calls of the engine is one
//! step, and nobody waits there.

mod claims;
mod engine;
mod renewals;
mod woken;
