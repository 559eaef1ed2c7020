//! A shop and its payments, two machines and a broker, in a simulation that one seed decides: crashes, power losses,
//! stalls, clocks that differ and jump, a wire that loses and repeats what is published and what is asked. Whatever
//! happens, nothing that was acknowledged is lost, and everything takes effect once.
//!
//! A sample runs with the tests. The long run: `CATGA_SEEDS=10000 cargo test --release -p catga-tests --test simulation
//! all_seeds`. A seed that fails says so, and `CATGA_SEED=17` runs it again.

mod bugs;
mod chaos;
mod check;
mod engine;
mod machine;
mod parts;
mod plan;
mod points;
mod seeds;
mod sweep;
mod wire;
mod world;
