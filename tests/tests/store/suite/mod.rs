//! What every engine must do, as scenarios that run on each. Those of one matter (`l1`) share a number.

mod conflicts;
mod counters;
mod every_engine;
mod groups;
mod rows;
mod scenario;
mod transactions;

pub(crate) use scenario::scenarios;
pub use scenario::{Scenario, block_on, kind, poll, run};

pub fn all() -> impl Iterator<Item = &'static Scenario> {
    [groups::SCENARIOS, conflicts::SCENARIOS, transactions::SCENARIOS, rows::SCENARIOS].into_iter().flatten()
}
