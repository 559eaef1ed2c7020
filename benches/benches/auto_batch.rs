//! 16 producers in front of one connection: a call each, and calls of many.
//!
//! A call takes the connection for some time, whatever it carries; without that time the rows show what
//! the batching itself costs.

use std::hint::black_box;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use catga::prelude::*;
use criterion::{Criterion, SamplingMode, Throughput, criterion_group, criterion_main};
use tokio::runtime::{Builder, Runtime};
use tokio::task::JoinSet;

const PRODUCERS: u64 = 16;
/// How many they send together, each as fast as it can: at fixed numbers for each, the slow ones would be
/// alone in the end, and too few for a batch.
const TOTAL: u64 = 16_000;
const SIZE: u32 = 8;
const AGE: Duration = Duration::from_micros(500);

#[command(reply = u64)]
struct One(u64);

#[command(reply = u64)]
struct Many(u64);

/// What takes so long for each call, one after the other.
struct Connection {
    busy: Mutex<Duration>,
}

impl Connection {
    fn call(&self) {
        let takes = self.busy.lock().unwrap_or_else(PoisonError::into_inner);
        if *takes > Duration::ZERO {
            let begun = Instant::now();
            while begun.elapsed() < *takes {
                std::hint::spin_loop();
            }
        }
    }
}

impl Batch<Many> for Connection {
    type Key = ();

    fn key(&self, _: &Many) {}

    async fn run(&self, (): &(), batch: Vec<Many>) -> Answers<Many> {
        self.call();
        Ok(batch.iter().map(|many| Ok(many.0 + 1)).collect())
    }
}

struct Server {
    batches: AutoBatch<Many, Connection>,
}

#[handler]
impl Server {
    async fn one(&self, cmd: One) -> u64 {
        self.batches.batch().call();
        cmd.0 + 1
    }

    async fn many(&self, cmd: Many, cx: &mut Context<impl Scope>) -> Outcome<Many> {
        self.batches.answer(cmd, cx).await
    }
}

#[mediator]
struct App {
    server: Server,
}

fn app(takes: Duration) -> Arc<App> {
    let connection = Connection { busy: Mutex::new(takes) };
    Arc::new(App { server: Server { batches: AutoBatch::new(connection, SIZE, AGE) } })
}

/// All producers together, and how long it took.
fn produce<F>(runtime: &Runtime, app: &Arc<App>, send: fn(Arc<App>, u64) -> F) -> Duration
where
    F: Future<Output = u64> + Send + 'static,
{
    let next = Arc::new(AtomicU64::new(0));
    let begun = Instant::now();
    let sum: u64 = runtime.block_on(async {
        let mut producers = JoinSet::new();
        for _ in 0..PRODUCERS {
            let (app, next) = (Arc::clone(app), Arc::clone(&next));
            producers.spawn(async move {
                let mut sum = 0;
                loop {
                    let number = next.fetch_add(1, Ordering::Relaxed);
                    if number >= TOTAL {
                        return sum;
                    }
                    sum += send(Arc::clone(&app), black_box(number)).await;
                }
            });
        }
        producers.join_all().await.into_iter().sum()
    });
    let took = begun.elapsed();
    assert_eq!(sum, TOTAL * (TOTAL + 1) / 2, "each was answered");
    took
}

async fn one(app: Arc<App>, number: u64) -> u64 {
    app.send(One(number)).await.expect("it answers")
}

async fn many(app: Arc<App>, number: u64) -> u64 {
    app.send(Many(number)).await.expect("it answers")
}

fn auto_batch(criterion: &mut Criterion) {
    let runtime = Builder::new_multi_thread().worker_threads(2).enable_time().build().expect("a runtime");
    for (name, takes) in [("free", Duration::ZERO), ("10us", Duration::from_micros(10))] {
        let mut group = criterion.benchmark_group(format!("auto_batch/16_producers/{name}"));
        group.sampling_mode(SamplingMode::Flat).throughput(Throughput::Elements(TOTAL));
        let app = app(takes);
        group.bench_function("one_by_one", |bencher| {
            bencher.iter_custom(|times| (0..times).map(|_| produce(&runtime, &app, one)).sum());
        });
        group.bench_function("auto_batch", |bencher| {
            bencher.iter_custom(|times| (0..times).map(|_| produce(&runtime, &app, many)).sum());
        });
        group.finish();
    }
}

criterion_group! {
    name = benches;
    config = Criterion::default()
        .sample_size(10)
        .warm_up_time(Duration::from_millis(100))
        .measurement_time(Duration::from_millis(400));
    targets = auto_batch
}
criterion_main!(benches);
