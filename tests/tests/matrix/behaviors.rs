//! What each behavior does to a message of any kind, and nothing else does.

use std::pin::pin;
use std::sync::Mutex;
use std::sync::atomic::Ordering::SeqCst;
use std::time::Duration;

use catga::behaviors::tower::{Gate, Layered};
use catga::error::Classify as _;
use catga::message::MessageInfo;
use catga::prelude::*;
use catga::testing::{SeededRandom, VirtualClock};
use catga_tests::{Trouble, drive, poll_once};
use futures_util::FutureExt as _;
use futures_util::future::join_all;
use tower::limit::{ConcurrencyLimit, ConcurrencyLimitLayer};

use super::counting::allocations;
use super::desk::{Act, App, Ask, Desk, How, Kind, app, call};
use super::recording::Recording;

const SECOND: Duration = Duration::from_secs(1);

/// What answers without a wait.
fn now(app: &impl App, kind: Kind, how: How) -> Result<(), &'static str> {
    call(app, kind, how).now_or_never().expect("it waits")
}

/// The second of two, while the first runs, and what got through.
async fn beside_another(app: &impl App, kind: Kind) -> (Option<Result<(), &'static str>>, u32) {
    let mut first = pin!(call(app, kind, How::Wait));
    assert!(poll_once(&mut first).await.is_pending());
    (call(app, kind, How::Answer).now_or_never(), app.desk().begun())
}

app!(Plain, []);

struct Nobody;

impl<M: Message> Policy<M> for Nobody {
    fn check(&self, _: &M, _: Option<&()>) -> Result<(), Denial> {
        Err(Denial::new())
    }
}

impl<M: Message> AsyncPolicy<M> for Nobody {
    async fn check(&self, _: &M, _: Option<&()>) -> Result<(), Denial> {
        Err(Denial::new())
    }
}

app!(Authorized, [Authorize(Nobody)]);

pub async fn authorize(kind: Kind) {
    let app = Authorized::new();
    assert_eq!(now(&app, kind, How::Answer), Err("catga.denied"));
    assert_eq!(app.desk.begun(), 0);
}

app!(AuthorizedElsewhere, [AuthorizeAsync(Nobody)]);

pub async fn authorize_async(kind: Kind) {
    let app = AuthorizedElsewhere::new();
    assert_eq!(now(&app, kind, How::Answer), Err("catga.denied"));
    assert_eq!(app.desk.begun(), 0);
}

/// Answers with how many there are.
struct Together;

impl Batch<Act> for Together {
    type Key = ();

    fn key(&self, _: &Act) {}

    async fn run(&self, (): &(), batch: Vec<Act>) -> Answers<Act> {
        Ok(batch.iter().map(|_| Ok(batch.len() as u32)).collect())
    }
}

impl Batch<Ask> for Together {
    type Key = ();

    fn key(&self, _: &Ask) {}

    async fn run(&self, (): &(), batch: Vec<Ask>) -> Answers<Ask> {
        Ok(batch.iter().map(|_| Ok(batch.len() as u32)).collect())
    }
}

struct Batches {
    acts: AutoBatch<Act, Together>,
    asks: AutoBatch<Ask, Together>,
}

#[handler]
impl Batches {
    async fn act(&self, command: Act, cx: &mut Context<impl Scope>) -> Outcome<Act> {
        self.acts.answer(command, cx).await
    }

    async fn ask(&self, query: Ask, cx: &mut Context<impl Scope>) -> Outcome<Ask> {
        self.asks.answer(query, cx).await
    }
}

#[mediator(clock = self.clock, timer = self.clock)]
struct Batched {
    clock: VirtualClock,
    batches: Batches,
}

pub async fn auto_batch(kind: Kind) {
    let batches = Batches { acts: AutoBatch::new(Together, 3, SECOND), asks: AutoBatch::new(Together, 3, SECOND) };
    let app = Batched { clock: VirtualClock::new(), batches };
    let one = async || match kind {
        Kind::Command => app.send(Act(How::Answer)).await,
        _ => app.send(Ask(How::Answer)).await,
    };
    let outcomes = join_all([one(), one(), one()]).await;
    assert_eq!(outcomes, [const { Ok(3) }; 3]);
}

app!(OnTheHeap, [Boxed]);

pub async fn boxed(kind: Kind) {
    let (plain, boxed) = (Plain::new(), OnTheHeap::new());
    let bare = allocations(|| assert!(now(&plain, kind, How::Answer).is_ok()));
    assert_eq!(allocations(|| assert!(now(&boxed, kind, How::Answer).is_ok())), bare + 1);
}

app!(OneAtATime, [self.bulkhead], bulkhead: Bulkhead = Bulkhead::refusing(1));

pub async fn bulkhead(kind: Kind) {
    let app = OneAtATime::new();
    assert_eq!(beside_another(&app, kind).await, (Some(Err("catga.unavailable")), 1));
    assert_eq!(now(&app, kind, How::Answer), Ok(()));
}

/// What cannot be cached has no cache in this mediator; it says so for the one message that can.
struct CachedDesk {
    desk: Desk,
    cache: Cache<Ask>,
}

#[handler]
impl CachedDesk {
    #[pipeline(self.cache)]
    fn ask(&self, _query: Ask) -> u32 {
        self.desk.begun.fetch_add(1, SeqCst)
    }
}

#[mediator]
struct Cached {
    cached: CachedDesk,
}

pub async fn cache(_: Kind) {
    let desk = Desk::new(VirtualClock::new());
    let app = Cached { cached: CachedDesk { desk, cache: Cache::new(8, SECOND) } };
    assert_eq!((app.send(Ask(How::Answer)).await, app.send(Ask(How::Answer)).await), (Ok(0), Ok(0)));
    assert_eq!(app.cached.desk.begun(), 1);
}

/// Panics in the chain, as the rows of a stream pass beside it.
struct Broken;

impl<M: Message, S: Dispatched> Behavior<M, S> for Broken {
    async fn around<N: Next<M, S>>(&self, _: M::In<'_>, _: &mut Context<S>, _: N) -> Outcome<M> {
        panic!("in the chain")
    }
}

app!(Caught, [Metrics(self.meter), CatchPanic, Broken], meter: Seen = Seen::default());

pub async fn catch_panic(kind: Kind) {
    let app = Caught::new();
    assert_eq!(now(&app, kind, How::Answer), Err("catga.panicked"));
    // An event's handlers are contained anyway, but outside of their pipelines.
    let failed = Ending::Failed { class: Class::Unknown, code: "catga.panicked" };
    assert_eq!(*app.meter.0.lock().unwrap(), [(kind.name(), failed)]);
}

app!(Breaking, [self.breaker], breaker: CircuitBreaker = CircuitBreaker::new(1, SECOND));

pub async fn circuit_breaker(kind: Kind) {
    let app = Breaking::new();
    assert_eq!(now(&app, kind, How::Lose), Err(Trouble::Lost.code()));
    assert_eq!(now(&app, kind, How::Answer), Err("catga.unavailable"));
    app.clock.advance(SECOND);
    assert_eq!(now(&app, kind, How::Answer), Ok(()));
    assert_eq!(app.desk.begun(), 2);
}

struct Other;

impl<M: Message<Reply = u32>> Recover<M> for Other {
    type Kept = ();

    fn keep(&self, _: &M) {}

    async fn recover(&self, (): (), _: Error<M::Error>) -> Outcome<M> {
        Ok(0)
    }
}

app!(Recovering, [commands: Fallback(Other), queries: Fallback(Other)]);

pub async fn fallback(kind: Kind) {
    let app = Recovering::new();
    assert_eq!(now(&app, kind, How::Lose), Ok(()));
    assert_eq!(app.desk.begun(), 1);
}

app!(Hedged, [commands: Hedge::after(SECOND), queries: Hedge::after(SECOND), events: Hedge::after(SECOND)]);

pub async fn hedge(kind: Kind) {
    let app = Hedged::new();
    assert_eq!(drive(&app.clock, call(&app, kind, How::WaitOnce)).await, (Ok(()), vec![SECOND]));
    assert_eq!(app.desk.begun(), 2);
}

app!(Layers, [self.limit], limit: Layered<ConcurrencyLimit<Gate>> = Layered::new(&ConcurrencyLimitLayer::new(1)));

pub async fn layered(kind: Kind) {
    let app = Layers::new();
    assert_eq!(beside_another(&app, kind).await, (None, 1), "it waits for a permit");
}

app!(Logged, [Log::everything()]);

pub async fn log(kind: Kind) {
    let app = Logged::new();
    let (recording, _guard) = Recording::begin();
    assert_eq!(now(&app, kind, How::Answer), Ok(()));
    assert_eq!(recording.taken(), [("event", kind.name().to_owned())]);
}

/// What a meter was told.
#[derive(Default)]
struct Seen(Mutex<Vec<(&'static str, Ending)>>);

impl Meter for Seen {
    fn record(&self, message: &'static MessageInfo, ending: Ending, _: Duration) {
        self.0.lock().unwrap().push((message.kind, ending));
    }
}

app!(Measured, [Metrics(self.meter)], meter: Seen = Seen::default());

pub async fn metrics(kind: Kind) {
    let app = Measured::new();
    assert_eq!(now(&app, kind, How::Answer), Ok(()));
    assert_eq!(*app.meter.0.lock().unwrap(), [(kind.name(), Ending::Answered)]);
}

/// The same for all.
pub struct One;

impl<M: Message> KeyOf<M, u8> for One {
    fn key(&self, _: &M, _: Option<&()>) -> u8 {
        1
    }
}

app!(Keyed, [self.each], each: PerKey<u8, One, RateLimit> = PerKey::new(1, One, || RateLimit::per_second(1)));

pub async fn per_key(kind: Kind) {
    let app = Keyed::new();
    assert_eq!(now(&app, kind, How::Answer), Ok(()));
    assert_eq!(now(&app, kind, How::Answer), Err("catga.unavailable"));
    assert_eq!((app.each.len(), app.desk.begun()), (1, 1));
}

app!(Limited, [self.limit], limit: RateLimit = RateLimit::per_second(1));

pub async fn rate_limit(kind: Kind) {
    let app = Limited::new();
    assert_eq!(now(&app, kind, How::Answer), Ok(()));
    assert_eq!(now(&app, kind, How::Answer), Err("catga.unavailable"));
    app.clock.advance(SECOND);
    assert_eq!(now(&app, kind, How::Answer), Ok(()));
}

app!(Repeated, [commands: Retry::times(1), queries: Retry::times(1), events: Retry::times(1)]);

pub async fn retry(kind: Kind) {
    let app = Repeated::new();
    assert_eq!(drive(&app.clock, call(&app, kind, How::BusyOnce)).await.0, Ok(()));
    assert_eq!(app.desk.begun(), 2);
}

app!(Throttled, [self.limit], limit: Throttle = RateLimit::per_second(1).waiting(8));

pub async fn throttle(kind: Kind) {
    let app = Throttled::new();
    assert_eq!(now(&app, kind, How::Answer), Ok(()));
    assert_eq!(drive(&app.clock, call(&app, kind, How::Answer)).await, (Ok(()), vec![SECOND]));
}

app!(Bounded, [Timeout::secs(1)]);

pub async fn timeout(kind: Kind) {
    let app = Bounded::new();
    assert_eq!(drive(&app.clock, call(&app, kind, How::Wait)).await, (Err("catga.timeout"), vec![SECOND]));
}

app!(Traced, [Trace]);

pub async fn trace(kind: Kind) {
    let app = Traced::new();
    let (recording, _guard) = Recording::begin();
    assert_eq!(now(&app, kind, How::Answer), Ok(()));
    assert_eq!(recording.taken(), [("span", kind.name().to_owned())]);
}

app!(Validated, [Validate]);

pub async fn validate(kind: Kind) {
    let app = Validated::new();
    assert_eq!(now(&app, kind, How::Invalid), Err("catga.invalid"));
    assert_eq!(app.desk.begun(), 0);
}
