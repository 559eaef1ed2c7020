//! What the benches and the figures measure: one handler behind every dispatch.
//!
//! - `cargo run --profile bench -p catga-benches --bin figures`: instructions, allocations and bytes of
//!   future an operation, by row, and whether the targets hold.
//! - `cargo bench -p catga-benches`: the same rows by time.
//! - `cargo run --profile bench -p catga-benches --bin appends`: durable appends beside raw redb.
//! - `cargo run --profile bench -p catga-benches --bin stores`: drain, read-modify-write, idempotency, leases.
//! - `cargo run --profile bench -p catga-benches --bin transports`: requests beside a channel pair and the bare codec.
//! - `cargo run --release -p catga-benches --bin compile_cost`: what `cargo check` takes.

pub mod allocations;
pub mod appends;
pub mod block_on;
pub mod callgrind;
pub mod figure;
pub mod row;
pub mod rows;
pub mod table;
pub mod target;
pub mod transports;
pub mod turns;
pub mod work;
