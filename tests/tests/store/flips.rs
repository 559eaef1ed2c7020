//! Flipped bits: every one is found, or changes nothing. None hides a row in silence.
//!
//! A sample runs with the tests; `CATGA_FLIPS` says how many instead.

use catga::store::{Durable, ErrorKind};
use catga::testing::SeededRandom;
use catga::time::Random;
use catga_tests::{evidence, runs};

use crate::disk::SimDisk;
use crate::engines::on;
use crate::history::{Known, open, read, work};

#[derive(Debug, Default)]
struct Seen {
    harmless: u64,
    found: u64,
    silent: Vec<u64>,
    kinds: Vec<ErrorKind>,
}

/// Flips one bit in so many copies of the disk, and looks.
fn flip(image: &SimDisk, known: &Known, flips: u64, seed: u64) -> Seen {
    let chance = SeededRandom::new(seed);
    let mut seen = Seen::default();
    let bits = image.len() as u64 * 8;
    for number in 0..flips {
        // A tenth of them where the header is: few bytes, and all that matters.
        let bit = if number % 10 == 0 { chance.up_to(4_096 * 8 - 1) } else { chance.up_to(bits - 1) };
        let disk = image.after_kill();
        disk.flip(bit);
        let read = Durable::options().open_on(disk).and_then(|engine| read(&open(engine).0));
        match read {
            Ok(rows) if rows == known.rows => seen.harmless += 1,
            Ok(_) => seen.silent.push(bit),
            Err(error) => {
                seen.found += 1;
                if !seen.kinds.contains(&error.kind()) {
                    seen.kinds.push(error.kind());
                }
            }
        }
    }
    seen
}

fn image(closed: bool) -> (SimDisk, Known) {
    let disk = SimDisk::new();
    let (store, writer) = open(on(&disk));
    let mut known = Known::default();
    work(&store, &writer, &SeededRandom::new(5), 300, &mut known);
    let killed = disk.after_kill();
    drop((store, writer));
    (if closed { disk } else { killed }, known)
}

fn check(closed: bool) {
    let flips = runs("CATGA_FLIPS", 100);
    let (image, known) = image(closed);
    let seen = flip(&image, &known, flips, 77);
    let when = if closed { "after a close" } else { "after a crash" };
    evidence(&format!("bit flips {when}"), flips);
    evidence(&format!("bit flips {when}: found"), seen.found);
    evidence(&format!("bit flips {when}: silent"), seen.silent.len());
    assert!(seen.silent.is_empty(), "{seen:?}");
    assert!(seen.found > flips / 20, "{seen:?}");
    let typed = [ErrorKind::Damaged, ErrorKind::Foreign, ErrorKind::Truncated, ErrorKind::Newer, ErrorKind::Io];
    assert!(seen.kinds.iter().all(|kind| typed.contains(kind)), "{seen:?}");
}

#[test]
fn after_a_clean_close() {
    check(true);
}

#[test]
fn after_a_crash() {
    check(false);
}

/// After a crash, damage to the last commit looks to redb like one that was torn, and it rolls it back. The
/// mark tells the two apart.
#[test]
fn damage_to_the_last_commit_is_no_torn_write() {
    let disk = SimDisk::new();
    let (store, writer) = open(on(&disk));
    let mut known = Known::default();
    let chance = SeededRandom::new(3);
    work(&store, &writer, &chance, 20, &mut known);
    let before = disk.after_kill();
    work(&store, &writer, &chance, 1, &mut known);
    let after = disk.after_kill();
    drop((store, writer));
    // What the last commit has changed, but for the header.
    let (old, new) = (before.bytes(), after.bytes());
    let changed: Vec<usize> = (4_096..new.len()).filter(|at| old.get(*at) != Some(&new[*at])).collect();
    assert!(changed.len() > 500);
    let (mut found, mut harmless) = (0, 0);
    for at in changed.iter().step_by(changed.len() / 90) {
        let disk = after.after_kill();
        disk.flip(*at as u64 * 8 + 3);
        match Durable::options().open_on(disk) {
            Err(error) => {
                assert_eq!(error.kind(), ErrorKind::Damaged, "{error}");
                found += 1;
            }
            Ok(engine) => {
                assert_eq!(read(&open(engine).0).unwrap(), known.rows, "silent, at {at}");
                harmless += 1;
            }
        }
    }
    assert!(found >= 30, "{found} found, {harmless} harmless");
}
