//! The system holds under every seed, and every seed is one run.

use std::time::Duration;

use catga::testing::simulation::Seeds;

use crate::chaos::run;
use crate::machine::Kind;
use crate::world::Plan;

pub const CHAOS: Plan =
    Plan { kind: Kind::Durable, bug: None, chaos: true, callers: 3, orders: 7, sync: Duration::from_millis(8) };

#[test]
fn all_seeds() {
    let seeds = Seeds::sample(150).all_pass(|sim| run(sim, CHAOS)).unwrap();
    println!("{seeds} seeds on the durable store");
}

#[test]
fn all_seeds_in_memory() {
    let seeds = Seeds::sample(50).all_pass(|sim| run(sim, Plan { kind: Kind::Memory, ..CHAOS })).unwrap();
    println!("{seeds} seeds on the store in memory");
}

#[test]
fn a_seed_is_one_run() {
    let seeds = Seeds::exactly(0..10).all_repeat(|sim| run(sim, CHAOS)).unwrap();
    assert_eq!(seeds, 10);
}
