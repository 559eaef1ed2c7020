//! The suite passes a sound engine, and finds every fault of a broken one.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use catga::store::Engine;
use catga_tests::{evidence, runs};

use super::engine::Broken;
use super::fault::{FAULTS, Fault};
use crate::{engines, ports, suite};

/// The scenarios that fail on this engine; the first `most` of them, and the rest is not run.
fn caught(make: &dyn Fn() -> Arc<dyn Engine>, most: usize) -> Vec<&'static str> {
    let scenarios = suite::all().chain(ports::all());
    let fails = scenarios.filter(|scenario| catch_unwind(AssertUnwindSafe(|| (scenario.run)(make))).is_err());
    fails.map(|it| it.name).take(most).collect()
}

#[test]
fn a_sound_engine_passes() {
    assert_eq!(caught(&engines::memory, usize::MAX), [""; 0]);
}

thread_local! {
    static EXPECTED: std::cell::Cell<bool> = const { std::cell::Cell::new(false) };
}

#[test]
fn each_fault_is_caught() {
    // What fails on this thread is meant to; all else is told of as ever.
    let told = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |info| {
        if !EXPECTED.get() {
            told(info)
        }
    }));
    EXPECTED.set(true);
    let most = runs("CATGA_FAULTS", 1) as usize;
    let find = |fault: &Fault| (*fault, caught(&|| Arc::new(Broken::new(*fault)), most));
    let found: Vec<_> = FAULTS.iter().map(find).collect();
    EXPECTED.set(false);
    for (fault, caught) in &found {
        println!("{fault:?}: {} of the scenarios, {:?}", caught.len(), caught.first());
    }
    let missed: Vec<Fault> = found.iter().filter(|(_, caught)| caught.is_empty()).map(|(fault, _)| *fault).collect();
    assert_eq!(missed, [], "not caught");
    evidence("broken engines, each caught by the suite", found.len());
    assert_eq!(found.len(), 44);
}
