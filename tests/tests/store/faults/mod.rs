//! Broken engines: the suite must find each of them.
//!
//! With the tests, the first scenario that finds one is enough. How many find each:
//! `CATGA_FAULTS=100 cargo test -p catga-tests --test store each_fault_is_caught -- --nocapture`

mod caught;
mod engine;
mod fault;
mod snapshot;
