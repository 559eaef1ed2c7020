//! What an entry may be: a constant, a field, a field behind an `Arc`, a constructor over fields.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering::SeqCst};
use std::time::Duration;

use catga::prelude::*;
use catga_tests::{Mark, marks};

#[command(reply = u32)]
#[derive(Clone)]
struct Do;

#[query(reply = u32)]
struct Ask;

/// Counts what passes.
#[derive(Debug, Default)]
struct Count(AtomicU32);

impl<M: Message, S: Dispatched> Behavior<M, S> for Count {
    async fn around<N: Next<M, S>>(&self, input: M::In<'_>, cx: &mut Context<S>, next: N) -> Outcome<M> {
        self.0.fetch_add(1, SeqCst);
        next.run(input, cx).await
    }
}

/// Built over two fields and constants, for every call.
struct Add<'a>(&'a Count, &'a Limits, u32);

#[derive(Debug, Default)]
struct Limits {
    by: u32,
    inner: Count,
}

impl<M: Message, S: Dispatched> Behavior<M, S> for Add<'_> {
    async fn around<N: Next<M, S>>(&self, input: M::In<'_>, cx: &mut Context<S>, next: N) -> Outcome<M> {
        self.0.0.fetch_add(self.1.by * self.2, SeqCst);
        next.run(input, cx).await
    }
}

const NAMED: Mark = Mark("constant");

fn retry() -> u32 {
    2
}

struct Set {
    own: Count,
    shared: Arc<Count>,
    limits: Limits,
}

#[handler]
#[pipeline(self.own, Add(self.own, self.limits, 10))]
impl Set {
    #[pipeline(self.shared, self.limits.inner)]
    fn act(&self, _cmd: Do) -> u32 {
        retry()
    }

    fn ask(&self, _query: Ask) -> u32 {
        retry()
    }
}

mod policy {
    use super::Retry;

    pub(super) const PATIENT: Retry = Retry::times(9);
}

#[mediator]
#[pipeline(
    NAMED,
    Mark("tuple"),
    commands: policy::PATIENT,
    commands: Retry::times(1 + 1).base(Duration::from_millis(5)).cap(Duration::from_secs(1)),
    self.count,
    self.shared,
    Add(self.count, self.limits, 100),
    commands: Add(self.shared, self.limits, 1_000),
)]
struct App {
    count: Count,
    shared: Arc<Count>,
    limits: Limits,
    set: Arc<Set>,
}

#[tokio::test]
async fn each_reaches_its_own_state() {
    let set = Arc::new(Set {
        own: Count::default(),
        shared: Arc::default(),
        limits: Limits { by: 1, inner: Count::default() },
    });
    let shared = Arc::new(Count::default());
    let limits = Limits { by: 1, inner: Count::default() };
    let app = App { count: Count::default(), shared: Arc::clone(&shared), limits, set: Arc::clone(&set) };
    assert_eq!(app.send(Do).await, Ok(2));
    assert_eq!(app.send(Ask).await, Ok(2));
    assert_eq!(marks(), ["constant", "tuple", "/tuple", "/constant", "constant", "tuple", "/tuple", "/constant"]);
    let counts = [&app.count, &shared, &set.own, &set.shared, &set.limits.inner];
    assert_eq!(counts.map(|count| count.0.load(SeqCst)), [202, 1_002, 22, 1, 1]);
}

/// One behavior may serve several mediators.
#[mediator]
#[pipeline(self.count)]
struct Sharing {
    count: Arc<Count>,
    set: Arc<Set>,
}

#[tokio::test]
async fn a_behavior_and_a_set_are_shared_between_mediators() {
    let count = Arc::new(Count::default());
    let set = Arc::new(Set { own: Count::default(), shared: Arc::default(), limits: Limits::default() });
    let apps = [0, 1].map(|_| Sharing { count: Arc::clone(&count), set: Arc::clone(&set) });
    for app in &apps {
        assert_eq!(app.send(Do).await, Ok(2));
    }
    assert_eq!(count.0.load(SeqCst), 2);
    assert_eq!(set.own.0.load(SeqCst), 2);
}

/// A behavior that holds another.
struct Generic<B>(B);

impl<M: Message, S: Dispatched, B: Behavior<M, S>> Behavior<M, S> for Generic<B> {
    fn around<N: Next<M, S>>(
        &self,
        input: M::In<'_>,
        cx: &mut Context<S>,
        next: N,
    ) -> impl Future<Output = Outcome<M>> + Send {
        self.0.around(input, cx, next)
    }
}

#[mediator]
#[pipeline(Generic(Mark("generic")), self.generic)]
struct Wrapping {
    generic: Generic<Arc<Generic<Count>>>,
    set: Arc<Set>,
}

#[tokio::test]
async fn a_behavior_around_a_behavior() {
    let set = Arc::new(Set { own: Count::default(), shared: Arc::default(), limits: Limits::default() });
    let app = Wrapping { generic: Generic(Arc::new(Generic(Count::default()))), set };
    assert_eq!(app.send(Do).await, Ok(2));
    assert_eq!(app.generic.0.0.0.load(SeqCst), 1);
    assert_eq!(marks(), ["generic", "/generic"]);
}
