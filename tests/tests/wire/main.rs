//! Messages as bytes: contracts, their dispatch, and `Remote`.

#[path = "../../fuzz/src/dispatch.rs"]
mod check;
mod compression;
mod contracts;
mod direct;
mod fuzz;
mod remote;
mod travel;
mod versions;
