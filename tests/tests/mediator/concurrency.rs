//! Very many sends at once, on many threads: no panic, no lost reply.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};
use std::time::Duration;

use catga::prelude::*;
use catga_tests::Trouble;
use futures_util::{Stream, StreamExt as _, stream};
use tokio::sync::Semaphore;
use tokio::task::JoinSet;

const SENDS: usize = 160_000;

#[command(reply = usize, error = Trouble, validate)]
#[derive(Clone)]
struct Double(usize);

impl Valid for Double {
    fn check(&self, checks: &mut Checks) {
        checks.require("number", self.0 < SENDS, "must be one of them");
    }
}

#[query(reply = usize)]
#[derive(Clone)]
struct Next(usize);

#[query(stream = usize)]
struct UpTo(usize);

#[event]
#[derive(Clone)]
struct Doubled(usize);

/// Lets nobody through until all have come.
struct Gate {
    awaited: usize,
    came: AtomicUsize,
    open: Semaphore,
}

impl Gate {
    fn new(awaited: usize) -> Self {
        Self { awaited, came: AtomicUsize::new(0), open: Semaphore::new(0) }
    }

    async fn pass(&self) {
        if self.came.fetch_add(1, SeqCst) + 1 == self.awaited {
            self.open.add_permits(self.awaited);
        }
        self.open.acquire().await.unwrap().forget();
    }
}

struct Numbers {
    gate: Gate,
    breaker: CircuitBreaker,
}

#[handler]
#[pipeline(Validate, self.breaker)]
impl Numbers {
    async fn double(
        &self,
        cmd: Double,
        cx: &mut Context<impl Sends<Next> + Publishes<Doubled>>,
    ) -> Result<usize, Trouble> {
        self.gate.pass().await;
        let next = cx.send(Next(2 * cmd.0)).await.map_err(|_| Trouble::Lost)?;
        cx.publish(Doubled(next)).await.map_err(|_| Trouble::Lost)?;
        if cmd.0.is_multiple_of(5) { Err(Trouble::Wrong) } else { Ok(next) }
    }

    fn up_to(&self, query: UpTo) -> impl Stream<Item = usize> {
        stream::iter(0..query.0).then(async |n| {
            tokio::task::yield_now().await;
            n
        })
    }
}

struct Nexts;

#[handler]
impl Nexts {
    async fn next(&self, query: Next) -> usize {
        query.0 + 1
    }
}

#[derive(Default)]
struct Sums {
    sum: AtomicUsize,
    heard: AtomicUsize,
}

#[handler]
impl Sums {
    fn on_doubled(&self, event: &Doubled) {
        self.sum.fetch_add(event.0, SeqCst);
        self.heard.fetch_add(1, SeqCst);
    }
}

#[mediator]
#[pipeline(Trace, Timeout::secs(600), commands: Retry::times(2), queries: Retry::times(2))]
struct App {
    numbers: Numbers,
    nexts: Nexts,
    sums: Sums,
}

fn app(awaited: usize) -> Arc<App> {
    let breaker = CircuitBreaker::new(3, Duration::from_secs(1));
    Arc::new(App { numbers: Numbers { gate: Gate::new(awaited), breaker }, nexts: Nexts, sums: Sums::default() })
}

fn expected(n: usize) -> Outcome<Double> {
    if n.is_multiple_of(5) { Err(Error::Handler(Trouble::Wrong)) } else { Ok(2 * n + 1) }
}

/// All of them are in their handlers at the same time.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn as_many_tasks_each_with_its_own_reply() {
    let app = app(SENDS);
    let mut sends = JoinSet::new();
    for n in 0..SENDS {
        let app = Arc::clone(&app);
        sends.spawn(async move { (n, app.send(Double(n)).await) });
    }
    let mut replied = vec![false; SENDS];
    while let Some(joined) = sends.join_next().await {
        let (n, outcome) = joined.expect("no send panics");
        assert_eq!(outcome, expected(n));
        assert!(!std::mem::replace(&mut replied[n], true));
    }
    assert!(replied.into_iter().all(|replied| replied));
    assert_eq!(app.sums.heard.load(SeqCst), SENDS);
    assert_eq!(app.sums.sum.load(SeqCst), SENDS * SENDS, "the sum of the odd numbers");
}

/// One task holds them all.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn as_many_in_one_batch_in_their_order() {
    let app = app(SENDS);
    let mut outcomes = std::pin::pin!(app.send_all((0..SENDS).map(Double), SENDS).enumerate());
    let mut replies = 0;
    while let Some((n, outcome)) = outcomes.next().await {
        assert_eq!(outcome, expected(n));
        replies += 1;
    }
    assert_eq!(replies, SENDS);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn streams_and_events_from_many_tasks() {
    let app = app(1);
    let mut tasks = JoinSet::new();
    for n in 0..2_000 {
        let app = Arc::clone(&app);
        tasks.spawn(async move {
            let rows: Vec<usize> = app.stream(UpTo(n % 70)).map(|row| row.unwrap()).collect().await;
            assert!(rows.into_iter().eq(0..n % 70));
            app.publish(Doubled(n)).await.unwrap();
        });
    }
    tasks.join_all().await;
    assert_eq!((app.sums.heard.load(SeqCst), app.sums.sum.load(SeqCst)), (2_000, 1_999 * 1_000));
}
