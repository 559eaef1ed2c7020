//! What callers and listeners, publishers and subscribers share between threads in the memory transport,
//! under a scheduler that tries interleavings. Its own files, with the checker's locks in place of the real
//! ones.

#![allow(dead_code, reason = "the transport uses all of it")]

mod transport;

/// How many interleavings of each.
const ROUNDS: usize = 3_000;
