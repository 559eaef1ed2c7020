//! A crash at each numbered step of the outbox and the inbox, one after the other: claim, publish, mark; take, effect,
//! the inbox's row with it in one commit, acknowledge. The row is one that a handler takes itself, or the part that its
//! transaction records for the consumer's inbox. After each, everything has taken effect once.
//!
//! With the tests, each step crashes the first and the last time that it is passed. Every time:
//! `CATGA_SWEEP=all cargo test -p catga-tests --test simulation sweep -- --nocapture`

use std::collections::BTreeMap;
use std::time::Duration;

use catga::testing::simulation::{DiskFaults, Simulation};
use catga_tests::evidence;

use crate::chaos::run_with;
use crate::machine::{End, Kind};
use crate::plan::Plan;
use crate::world::World;

/// Orders one after the other, the last of which is declined. Nothing goes wrong by chance.
fn plan(kind: Kind) -> Plan {
    Plan {
        kind,
        bug: None,
        chaos: false,
        callers: 1,
        orders: 5,
        credits: 2,
        restarts: false,
        skewed: false,
        sync: Duration::from_millis(1),
    }
}

/// The steps are the same under every seed; their order is this one's.
const SEED: u64 = 2;

/// All steps, as a run without a crash passes them: before and after each commit, publication, acknowledgement and
/// request, and between what a handler does inside of its transaction. (Without a crash no relay finds a key
/// without rows, as who publishes the last row of a key marks it as the last one.)
const STEPS: [&str; 42] = [
    "payments after ack",
    "payments after begin",
    "payments after bury",
    "payments after claim",
    "payments after delivery",
    "payments after effect",
    "payments after mark",
    "payments after part",
    "payments after publish",
    "payments before ack",
    "payments before begin",
    "payments before bury",
    "payments before claim",
    "payments before effect",
    "payments before mark",
    "payments before part",
    "payments before publish",
    "payments credit",
    "payments effect",
    "payments taken",
    "shop after ack",
    "shop after begin",
    "shop after claim",
    "shop after delivery",
    "shop after effect",
    "shop after mark",
    "shop after part",
    "shop after place",
    "shop after publish",
    "shop after release",
    "shop after request",
    "shop before ack",
    "shop before begin",
    "shop before claim",
    "shop before effect",
    "shop before mark",
    "shop before part",
    "shop before place",
    "shop before publish",
    "shop before release",
    "shop before request",
    "shop receipt",
];

/// The steps of a run without a crash, and how often each is passed.
fn steps(kind: Kind) -> BTreeMap<String, u64> {
    let sim = Simulation::new(SEED);
    let world = run_with(&sim, plan(kind), |_| {}).unwrap();
    sim.end();
    world.env.points.passed()
}

fn sweep(kind: Kind, end: End) {
    let all = std::env::var_os("CATGA_SWEEP").is_some();
    let steps = steps(kind);
    assert_eq!(steps.keys().map(String::as_str).collect::<Vec<_>>(), STEPS);
    let mut crashes = 0;
    for (step, times) in &steps {
        for nth in (0..*times).filter(|nth| all || *nth == 0 || nth + 1 == *times) {
            let sim = Simulation::new(SEED);
            let outcome = run_with(&sim, plan(kind), |world| world.env.points.arm(step.clone(), nth, end));
            sim.end();
            let world = outcome.unwrap_or_else(|wrong| panic!("{end:?} at `{step}`, number {nth}: {wrong}"));
            assert!(world.env.points.has_crashed(), "no crash at `{step}`, number {nth}");
            crashes += 1;
        }
    }
    evidence(&format!("crashes at steps of outbox and inbox, {kind:?}, {end:?}: every effect once"), crashes);
    println!("{kind:?}, {end:?}: {crashes} crashes at {} steps, every effect once", steps.len());
    assert!(crashes >= 2 * STEPS.len() as u64 - 4);
}

#[test]
fn k4_sweep_of_a_store_elsewhere() {
    sweep(Kind::Memory, End::Kill);
}

#[test]
fn k4_sweep_of_killed_processes() {
    sweep(Kind::Durable, End::Kill);
}

#[test]
fn k4_sweep_of_power_losses() {
    sweep(Kind::Durable, End::Power);
}

/// So many operations make a file and open it.
const MADE: u64 = 40;

/// Cuts the power in the middle of an operation of a disk, and notices it soon.
fn fail_at(world: &World, is_shop: bool, op: u64) {
    let env = std::sync::Arc::clone(&world.env);
    let machine = if is_shop { &world.env.shop } else { &world.env.payments };
    machine.disk.set(DiskFaults { off_at: Some(op), ..DiskFaults::default() });
    world.env.outside.spawn(async move {
        let machine = if is_shop { &env.shop } else { &env.payments };
        while !machine.disk.is_off() {
            env.sleep(Duration::from_millis(20)).await;
        }
        env.points.note_crash();
        machine.end(End::Power);
    });
}

/// The power fails at operations of the disks, from the first commit to the last.
#[test]
fn k4_sweep_of_the_disks() {
    let every = if std::env::var_os("CATGA_SWEEP").is_some() { 1 } else { 11 };
    let clean = Simulation::new(SEED);
    let world = run_with(&clean, plan(Kind::Durable), |_| {}).unwrap();
    clean.end();
    let ops = [world.env.payments.disk.ops(), world.env.shop.disk.ops()];
    let mut crashes = 0;
    for (is_shop, ops) in [false, true].into_iter().zip(ops) {
        // The first ones make the file; a machine that never started is another test's.
        for op in (MADE..ops).step_by(every) {
            let sim = Simulation::new(SEED);
            let outcome = run_with(&sim, plan(Kind::Durable), |world| fail_at(world, is_shop, op));
            sim.end();
            let world = outcome.unwrap_or_else(|wrong| panic!("power off at operation {op} of {ops}: {wrong}"));
            assert!(world.env.points.has_crashed(), "no crash at operation {op} of {ops}");
            crashes += 1;
        }
    }
    evidence("power losses in the middle of a commit of outbox or inbox: every effect once", crashes);
    println!("{crashes} power losses in {ops:?} operations of the disks, every effect once");
    assert!(crashes > 20, "{ops:?}");
}
