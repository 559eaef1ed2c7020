use std::process::ExitCode;
use std::time::{Duration, Instant};

use catga::store::{Durable, Store};
use catga_benches::appends::{self, Appends, Raw};
use catga_benches::table;
use tokio::runtime::{Builder, Runtime};
use tokio::task::JoinSet;

use crate::{BATCHES, WRITERS, folder};

const SLICES: usize = 15;
const SLICE: Duration = Duration::from_millis(200);

/// What a slice of appends took.
#[derive(Clone, Copy)]
struct Taken {
    wall: Duration,
    processor: Duration,
    rows: u64,
}

/// The processor time of this process so far.
fn processor() -> Duration {
    // SAFETY: all of the struct is plain numbers, for which zero is a value.
    let mut usage: libc::rusage = unsafe { std::mem::zeroed() };
    // SAFETY: the pointer is to a whole `rusage`, which the call fills.
    let done = unsafe { libc::getrusage(libc::RUSAGE_SELF, &raw mut usage) };
    assert_eq!(done, 0, "the processor time");
    let of = |time: libc::timeval| Duration::from_secs(time.tv_sec as u64) + Duration::from_micros(time.tv_usec as u64);
    of(usage.ru_utime) + of(usage.ru_stime)
}

/// Appends of all writers at once, from number `from` of each on.
fn slice<A: Appends>(runtime: &Runtime, to: &A, writers: u64, batch: u64, from: u64, each: u64) -> Taken {
    let (begun, before) = (Instant::now(), processor());
    runtime.block_on(async {
        let mut tasks = JoinSet::new();
        for writer in 0..writers {
            let to = to.clone();
            tasks.spawn(async move {
                for number in from..from + each {
                    to.append(writer, (writer << 32) + number * batch, batch).await;
                }
            });
        }
        tasks.join_all().await;
    });
    Taken { wall: begun.elapsed(), processor: processor() - before, rows: writers * each * appends::rows(batch) }
}

fn median(mut of: Vec<f64>) -> f64 {
    of.sort_by(f64::total_cmp);
    of[of.len() / 2]
}

/// Rows a second.
fn speed(taken: &Taken) -> f64 {
    taken.rows as f64 / taken.wall.as_secs_f64()
}

/// Microseconds of the processor a row.
fn cost(taken: &Taken) -> f64 {
    taken.processor.as_secs_f64() * 1e6 / taken.rows as f64
}

fn cell(runtime: &Runtime, writers: u64, batch: u64) -> Vec<String> {
    let at = folder();
    let raw = Raw::new(redb::Database::create(at.path().join("raw.redb")).expect("a database"));
    let store: Store = Store::new(Durable::open(at.path().join("a.store")).expect("a file")).expect("a store");
    // How many make a slice, which warms both up as well.
    let (mut each, mut from) = (4, 0);
    loop {
        let taken = slice(runtime, &raw, writers, batch, from, each);
        slice(runtime, &store, writers, batch, from, each);
        from += each;
        if taken.wall > SLICE / 2 {
            break;
        }
        each *= 2;
    }
    let (mut raws, mut stores) = (Vec::new(), Vec::new());
    for number in 0..SLICES {
        // Neither is always the first.
        for side in [number % 2, (number + 1) % 2] {
            match side {
                0 => raws.push(slice(runtime, &raw, writers, batch, from, each)),
                _ => stores.push(slice(runtime, &store, writers, batch, from, each)),
            }
        }
        from += each;
    }
    let heads = async { appends::HEADS.range(&mut store.begin().expect("begin"), ..).await.expect("rows") };
    assert!(runtime.block_on(heads).iter().all(|(writer, head)| *head == (writer << 32) + from * batch), "all is done");
    let ratios = raws.iter().zip(&stores).map(|(raw, store)| speed(store) / speed(raw)).collect();
    let of = |taken: &[Taken], what: fn(&Taken) -> f64| median(taken.iter().map(what).collect());
    vec![
        format!("{writers} x {batch}"),
        format!("{:.0}", of(&raws, speed)),
        format!("{:.0}", of(&stores, speed)),
        format!("{:.2}", median(ratios)),
        format!("{:.2}", of(&raws, cost)),
        format!("{:.2}", of(&stores, cost)),
        format!("{:.2}", of(&raws, cost) / of(&stores, cost)),
    ]
}

pub(crate) fn print() -> ExitCode {
    let runtime = Builder::new_multi_thread().worker_threads(2).enable_all().build().expect("a runtime");
    let cells = WRITERS.into_iter().flat_map(|writers| BATCHES.map(|batch| (writers, batch)));
    let lines: Vec<Vec<String>> = cells.map(|(writers, batch)| cell(&runtime, writers, batch)).collect();
    table::print(
        &["writers x batch", "raw redb, rows/s", "catga", "ratio", "raw redb, processor us/row", "catga", "ratio"],
        &lines,
    );
    ExitCode::SUCCESS
}
