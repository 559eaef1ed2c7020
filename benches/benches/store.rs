//! The durable store beside raw redb with a group commit of its own, in one run, on one disk.
//!
//! What an append is, and what raw redb does for it, is in `catga_benches::appends`; an append's line is events a
//! second. On a busy machine, the program `appends` compares the two better. The folder is `CATGA_BENCH_FOLDER`, or
//! the system's for temporary files: name one on the disk that is meant.

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use catga::store::{Durable, ErrorKind, KeyedLocks, Store};
use catga_benches::appends::{Appends, HEADS, Raw};
use criterion::{BenchmarkId, Criterion, SamplingMode, Throughput, criterion_group, criterion_main};
use tempfile::TempDir;
use tokio::runtime::{Builder, Runtime};
use tokio::task::JoinSet;

const WRITERS: [u64; 3] = [1, 8, 64];
const BATCHES: [u64; 3] = [1, 10, 100];

fn runtime() -> Runtime {
    Builder::new_multi_thread().worker_threads(2).enable_all().build().expect("a runtime")
}

fn folder() -> TempDir {
    let at = std::env::var_os("CATGA_BENCH_FOLDER").map_or_else(std::env::temp_dir, PathBuf::from);
    tempfile::tempdir_in(at).expect("a folder")
}

fn run<A: Appends>(runtime: &Runtime, to: &A, writers: u64, batch: u64, commits: u64, next: &AtomicU64) -> Duration {
    // Each writer has at least one; what is measured is scaled to what was asked for.
    let each = commits.div_ceil(writers);
    let begun = Instant::now();
    runtime.block_on(async {
        let mut tasks = JoinSet::new();
        for stream in 0..writers {
            let first = next.fetch_add(each * batch, Ordering::Relaxed);
            let to = to.clone();
            tasks.spawn(async move {
                for number in 0..each {
                    to.append(stream, first + number * batch, batch).await;
                }
            });
        }
        tasks.join_all().await;
    });
    begun.elapsed().mul_f64(commits as f64 / (each * writers) as f64)
}

fn appends(criterion: &mut Criterion) {
    let runtime = runtime();
    let mut group = criterion.benchmark_group("append");
    group.sampling_mode(SamplingMode::Flat).sample_size(10).measurement_time(Duration::from_secs(3));
    for writers in WRITERS {
        for batch in BATCHES {
            let name = format!("{writers} x {batch}");
            group.throughput(Throughput::Elements(batch));
            let at = folder();
            let raw = Raw::new(redb::Database::create(at.path().join("raw.redb")).expect("a database"));
            let next = AtomicU64::new(0);
            group.bench_function(BenchmarkId::new("raw redb", &name), |bench| {
                bench.iter_custom(|commits| run(&runtime, &raw, writers, batch, commits, &next));
            });
            let at = folder();
            let store: Store = Store::new(Durable::open(at.path().join("a.store")).expect("a file")).expect("a store");
            let next = AtomicU64::new(0);
            group.bench_function(BenchmarkId::new("catga", &name), |bench| {
                bench.iter_custom(|commits| run(&runtime, &store, writers, batch, commits, &next));
            });
            let rows =
                runtime.block_on(async { HEADS.range(&mut store.begin().expect("begin"), ..).await.expect("rows") });
            assert_eq!(rows.len() as u64, writers, "the work was done");
        }
    }
    group.finish();
}

/// Reads and writes a counter, 64 callers at once: each its own, or all of them one.
#[derive(Clone)]
struct Counts {
    store: Store,
    locks: KeyedLocks,
    hot: bool,
    retries: Arc<AtomicU64>,
}

impl Appends for Counts {
    async fn append(&self, stream: u64, _: u64, _: u64) {
        let key = if self.hot { 0 } else { stream };
        let held = self.locks.lock(&key.to_be_bytes()).await.expect("a lock");
        loop {
            let mut tx = self.store.begin().expect("a transaction");
            let count = HEADS.get(&mut tx, &key).await.expect("a read").unwrap_or_default();
            HEADS.put(&mut tx, &key, &(count + 1)).expect("a write");
            match tx.commit().await {
                Ok(_) => break,
                Err(error) => assert_eq!(error.kind(), ErrorKind::Conflict),
            }
            self.retries.fetch_add(1, Ordering::Relaxed);
        }
        drop(held);
    }
}

fn read_modify_write(criterion: &mut Criterion) {
    let runtime = runtime();
    let mut group = criterion.benchmark_group("read, modify, write: 64 callers");
    group.sampling_mode(SamplingMode::Flat).sample_size(10).measurement_time(Duration::from_secs(3));
    group.throughput(Throughput::Elements(1));
    for (name, hot) in [("distinct keys", false), ("one hot key", true)] {
        let at = folder();
        let store: Store = Store::new(Durable::open(at.path().join("a.store")).expect("a file")).expect("a store");
        let counts = Counts { store, locks: KeyedLocks::default(), hot, retries: Arc::default() };
        let done = AtomicU64::new(0);
        group.bench_function(name, |bench| {
            bench.iter_custom(|commits| run(&runtime, &counts, 64, 1, commits, &done));
        });
        let rows = runtime.block_on(async { HEADS.range(&mut counts.store.begin().expect("begin"), ..).await });
        let sum: u64 = rows.expect("rows").iter().map(|(_, count)| count).sum();
        assert_eq!(sum, done.load(Ordering::Relaxed), "each is there once");
        assert_eq!(counts.retries.load(Ordering::Relaxed), 0, "nobody was in anybody's way");
    }
    group.finish();
}

criterion_group!(benches, appends, read_modify_write);
criterion_main!(benches);
