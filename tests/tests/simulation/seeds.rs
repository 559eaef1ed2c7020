//! The system holds under every seed, and every seed is one run.

use std::cell::RefCell;
use std::sync::atomic::Ordering::SeqCst;
use std::time::Duration;

use catga::testing::simulation::Seeds;
use catga_tests::evidence;

use crate::chaos::{run, run_with};
use crate::machine::Kind;
use crate::plan::Plan;

pub const CHAOS: Plan = Plan {
    kind: Kind::Durable,
    bug: None,
    chaos: true,
    callers: 3,
    orders: 7,
    credits: 3,
    restarts: false,
    skewed: true,
    sync: Duration::from_millis(8),
};

/// What the runs were worth.
#[derive(Debug, Default)]
struct Seen {
    acknowledged: usize,
    crashes: u64,
    unreachable: u64,
    lost: u64,
    duplicated: u64,
    late: u64,
    lost_acks: u64,
    cut: u64,
    answered: u64,
    jumps: u64,
    too_old: u64,
}

fn all(sample: u64, kind: Kind) {
    let seen = RefCell::new(Seen::default());
    let seeds = Seeds::sample(sample).all_pass(|sim| {
        let world = run_with(sim, Plan { kind, ..CHAOS }, |_| {})?;
        let (mut seen, counts) = (seen.borrow_mut(), world.env.wire.counts());
        seen.acknowledged += world.acknowledged.lock().unwrap().len();
        seen.crashes += world.env.shop.node.crashes() + world.env.payments.node.crashes();
        seen.unreachable += counts.unreachable;
        seen.lost += counts.lost;
        seen.duplicated += counts.duplicated;
        seen.late += counts.late;
        seen.lost_acks += counts.lost_acks;
        seen.cut += counts.cut;
        seen.answered += counts.answered;
        seen.jumps += world.env.shop.clock.jumps() + world.env.payments.clock.jumps();
        seen.too_old += world.too_old.load(SeqCst);
        Ok(())
    });
    let (seeds, seen) = (seeds.unwrap(), seen.into_inner());
    evidence(&format!("simulated runs of two machines and a broker, {kind:?}"), seeds);
    evidence(&format!("crashes of a machine in them, {kind:?}: 0 lost, 0 twice"), seen.crashes);
    // The runs are worth something.
    evidence(&format!("jumps of a machine's clock in them, {kind:?}"), seen.jumps);
    evidence(&format!("messages in them from before the retention, {kind:?}: each a dead letter"), seen.too_old);
    let Seen { acknowledged, crashes, unreachable, lost, duplicated, late, lost_acks, cut, answered, jumps, too_old } =
        seen;
    assert_eq!(acknowledged as u64, seeds * CHAOS.callers * CHAOS.orders);
    let least = crashes.min(lost).min(duplicated).min(lost_acks).min(late * 2).min(cut * 2).min(unreachable * 2);
    let least = least.min(answered / 8).min(jumps / 2).min(too_old * 6);
    assert!(seeds < 20 || least > seeds, "{seeds} seeds, and too little went wrong: {jumps} {too_old} {answered}");
}

#[test]
fn all_seeds() {
    all(120, Kind::Durable);
}

#[test]
fn all_seeds_in_memory() {
    all(80, Kind::Memory);
}

#[test]
fn k2_stores_that_are_opened_anew_every_few_seconds() {
    let restarts = RefCell::new(0);
    let seeds = Seeds::sample(8).all_pass(|sim| {
        let world = run_with(sim, Plan { restarts: true, ..CHAOS }, |_| {})?;
        *restarts.borrow_mut() += world.env.shop.node.crashes() + world.env.payments.node.crashes();
        Ok(())
    });
    let (seeds, restarts) = (seeds.unwrap(), restarts.into_inner());
    evidence("stores that are opened anew every few seconds: 0 lost, 0 twice", restarts);
    assert!(restarts >= seeds * 20, "{restarts} in {seeds} runs");
}

#[test]
fn a_seed_is_one_run() {
    let seeds = Seeds::exactly(0..16).all_repeat(|sim| run(sim, CHAOS)).unwrap();
    assert_eq!(seeds, 16);
}
