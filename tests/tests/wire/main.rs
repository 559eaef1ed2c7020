//! Messages as bytes: contracts, their dispatch, and `Remote`.

mod answers;
#[path = "../../fuzz/src/dispatch.rs"]
mod check;
mod compression;
mod contracts;
mod direct;
mod fuzz;
mod groups;
mod large;
mod refusals;
mod remote;
mod reordered;
mod streams;
mod travel;
mod versions;
