//! The same runs on systems that are broken on purpose: each is found within a few seeds.

use std::cell::Cell;

use catga::testing::simulation::Seeds;
use catga_tests::evidence;

use crate::chaos::run;
use crate::machine::Kind;
use crate::plan::{Bug, Plan};
use crate::seeds::CHAOS;

/// Each with the store that it is looked for on, and how many seeds that may take.
const BUGS: [(Bug, Kind, u64); 20] = [
    (Bug::AcksBeforeCommit, Kind::Memory, 5),
    (Bug::MarksBeforePublishing, Kind::Memory, 5),
    (Bug::InboxApart, Kind::Memory, 5),
    (Bug::InboxIgnored, Kind::Memory, 5),
    (Bug::FencesIgnored, Kind::Memory, 40),
    (Bug::ReadsUnchecked, Kind::Memory, 10),
    (Bug::ConflictsAreDone, Kind::Memory, 10),
    (Bug::MarksForgotten, Kind::Memory, 5),
    (Bug::TimersInMemory, Kind::Memory, 5),
    (Bug::AttemptsForgotten, Kind::Memory, 5),
    (Bug::RefusalsAreAcks, Kind::Memory, 5),
    (Bug::DiskLies, Kind::Durable, 10),
    (Bug::ParcelsLost, Kind::Memory, 5),
    (Bug::KeysIgnored, Kind::Memory, 10),
    (Bug::OrdersAnew, Kind::Memory, 10),
    (Bug::RequestsAnew, Kind::Memory, 10),
    (Bug::RepliesForgotten, Kind::Memory, 10),
    (Bug::PartsForgotten, Kind::Memory, 10),
    (Bug::WatermarksForgotten, Kind::Memory, 20),
    (Bug::TimesCompared, Kind::Memory, 5),
];

thread_local! {
    static EXPECTED: Cell<bool> = const { Cell::new(false) };
}

#[test]
fn each_bug_is_found() {
    // What panics on this thread is meant to; all else is told of as ever.
    let told = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |info| {
        if !EXPECTED.get() {
            told(info)
        }
    }));
    EXPECTED.set(true);
    let found = BUGS.map(|(bug, kind, most)| {
        let broken = Plan { kind, bug: Some(bug), ..CHAOS };
        let found = Seeds::exactly(0..most).all_pass(|sim| run(sim, broken)).err();
        (bug, found)
    });
    EXPECTED.set(false);
    for (bug, found) in &found {
        let text = found.as_ref().map(ToString::to_string).unwrap_or_default();
        println!("{bug:?}: {}", text.chars().take(300).collect::<String>());
    }
    let missed: Vec<Bug> = found.iter().filter(|(_, found)| found.is_none()).map(|(bug, _)| *bug).collect();
    assert_eq!(missed, [], "not found");
    evidence("broken systems, each found by the simulation", found.len());
    assert_eq!(found.len(), 20);
}

/// Where all clocks are right, nobody finds it.
#[test]
fn a_comparison_of_times_is_found_by_clocks_that_differ() {
    let broken = Plan { kind: Kind::Memory, bug: Some(Bug::TimesCompared), ..CHAOS };
    Seeds::exactly(0..5).all_pass(|sim| run(sim, Plan { skewed: false, ..broken })).unwrap();
    assert!(Seeds::exactly(0..5).all_pass(|sim| run(sim, broken)).is_err());
}
