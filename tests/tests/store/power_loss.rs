//! Power losses: whatever the disk makes of what was not synced, all that was acknowledged is there, and
//! nothing that is half of a group.
//!
//! A sample runs with the tests; `CATGA_POWER_LOSS_RUNS` says how many instead.

use catga::store::Durable;
use catga::testing::SeededRandom;
use catga::time::Random;
use catga_tests::{evidence, runs};

use crate::disk::{Faults, SimDisk};
use crate::engines::on;
use crate::history::{Known, open, read, work};

#[derive(Debug, Default)]
struct Seen {
    acknowledged: u64,
    unknown: u64,
    second_crashes: u64,
    rolled_back: u64,
    lost: Vec<u64>,
    unopenable: Vec<u64>,
}

/// One life of a store that ends in a power loss, and maybe another while it recovers.
fn run(seed: u64, lying: bool, seen: &mut Seen) {
    let chance = SeededRandom::new(seed);
    let disk = SimDisk::new();
    let (store, writer) = open(on(&disk));
    let mut known = Known::default();
    work(&store, &writer, &chance, 1 + chance.up_to(10), &mut known);
    let off_at = disk.ops() + chance.up_to(60);
    disk.set(Faults { off_at: Some(off_at), lying, ..Faults::default() });
    work(&store, &writer, &chance, 30, &mut known);
    drop(store);
    seen.acknowledged += known.acknowledged;
    seen.unknown += known.unknown;
    let mut disk = disk.after_power_loss(&chance);
    if chance.up_to(9) < 3 {
        disk.set(Faults { off_at: Some(chance.up_to(12)), ..Faults::default() });
        let opened = Durable::options().verify(false).open_on(disk.clone());
        seen.second_crashes += u64::from(opened.is_err());
        drop(opened);
        disk = disk.after_power_loss(&chance);
    }
    let engine = match Durable::options().open_on(disk.clone()) {
        Ok(engine) => engine,
        Err(_) => return seen.unopenable.push(seed),
    };
    seen.rolled_back += u64::from(engine.recovery().rolled_back);
    let (store, writer) = open(engine);
    match read(&store) {
        Ok(rows) if known.allows(&rows) => {
            // And it goes on from there.
            let mut known = Known::of(rows);
            work(&store, &writer, &chance, 3, &mut known);
            if known.acknowledged == 0 || read(&store).ok().as_ref() != Some(&known.rows) {
                seen.lost.push(seed);
            }
        }
        _ => seen.lost.push(seed),
    }
}

#[test]
fn nothing_acknowledged_is_lost() {
    let runs = runs("CATGA_POWER_LOSS_RUNS", 300);
    let mut seen = Seen::default();
    (0..runs).for_each(|seed| run(seed, false, &mut seen));
    evidence("power losses of a simulated disk", runs);
    evidence("power losses: a second one during recovery", seen.second_crashes);
    evidence("power losses: commits acknowledged", seen.acknowledged);
    evidence("power losses: acknowledged and lost", seen.lost.len());
    evidence("power losses: files that did not open", seen.unopenable.len());
    assert!(seen.lost.is_empty() && seen.unopenable.is_empty(), "{seen:?}");
    // The runs are worth something.
    assert!(seen.acknowledged > runs * 5 && seen.unknown > runs / 4, "{seen:?}");
    assert!(seen.second_crashes > runs / 10 && seen.rolled_back > 0, "{seen:?}");
}

/// The canary: a disk that lies about its syncs must be found by the same runs.
#[test]
fn a_disk_that_lies_is_found() {
    let mut seen = Seen::default();
    (0..40).for_each(|seed| run(seed, true, &mut seen));
    assert!(seen.lost.len() + seen.unopenable.len() >= 10, "{seen:?}");
}
