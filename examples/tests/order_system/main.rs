//! Drives the example `order_system` as its users do: the built program in a process of its own, over
//! real HTTP.

#![expect(clippy::expect_used, clippy::panic, clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod flow;
mod graph;
mod load;
mod process;
mod program;
mod refusals;
mod trouble;
