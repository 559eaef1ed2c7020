use std::process::ExitCode;
use std::time::Duration;

use catga::store::{Durable, Store};
use catga_benches::appends::{self, Appends, Raw};
use catga_benches::turns::{self, Taken, compare};
use catga_benches::{table, target::Target};
use tokio::runtime::{Builder, Runtime};
use tokio::task::JoinSet;

use crate::{BATCHES, WRITERS, folder};

const SLICE: Duration = Duration::from_millis(200);

/// Appends of all writers at once, `each` of every writer, from number `from` of each on.
fn slice<A: Appends>(runtime: &Runtime, to: &A, (writers, batch): (u64, u64), from: &mut u64, each: u64) -> Taken {
    let first = *from;
    *from += each;
    Taken::by(writers * each * appends::rows(batch), || {
        runtime.block_on(async {
            let mut tasks = JoinSet::new();
            for writer in 0..writers {
                let to = to.clone();
                tasks.spawn(async move {
                    for number in first..first + each {
                        to.append(writer, (writer << 32) + number * batch, batch).await;
                    }
                });
            }
            tasks.join_all().await;
        });
    })
}

/// A line of the table, and whether the target is met.
fn cell(runtime: &Runtime, writers: u64, batch: u64) -> (Vec<String>, Target) {
    let at = folder();
    let raw = Raw::new(redb::Database::create(at.path().join("raw.redb")).expect("a database"));
    let store: Store = Store::new(Durable::open(at.path().join("a.store")).expect("a file")).expect("a store");
    let (mut raws, mut stores) = (0, 0);
    let cell = (writers, batch);
    let each = turns::fitting(SLICE, |each| slice(runtime, &raw, cell, &mut raws, each));
    let compared = compare(
        each,
        |each| slice(runtime, &raw, cell, &mut raws, each),
        |each| slice(runtime, &store, cell, &mut stores, each),
    );
    let heads = async { appends::HEADS.range(&mut store.begin().expect("begin"), ..).await.expect("rows") };
    let heads = runtime.block_on(heads);
    assert_eq!(heads.len() as u64, writers, "all have written");
    assert!(heads.iter().all(|(writer, head)| *head == (writer << 32) + stores * batch), "all is done");
    let name = format!("{writers} x {batch}");
    let target = Target::at_least(format!("appends, {name}: times the rows a second of raw redb"), compared.speed, 0.9);
    let mut line = vec![name];
    line.extend(compared.line());
    (line, target)
}

pub(crate) fn print() -> ExitCode {
    let runtime = Builder::new_multi_thread().worker_threads(2).enable_all().build().expect("a runtime");
    let cells = WRITERS.into_iter().flat_map(|writers| BATCHES.map(|batch| (writers, batch)));
    let (lines, targets): (Vec<_>, Vec<_>) = cells.map(|(writers, batch)| cell(&runtime, writers, batch)).unzip();
    table::print(
        &["writers x batch", "raw redb, rows/s", "catga", "ratio", "raw redb, processor us/row", "catga", "ratio"],
        &lines,
    );
    println!();
    catga_benches::target::print(&targets);
    catga_benches::target::verdict(&targets)
}
