//! Nothing is allocated for messages without heap data. A binary of its own, as it has an allocator of its
//! own, which counts what each thread asks for.

use std::future::poll_fn;
use std::pin::{Pin, pin};
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::task::{Context as TaskContext, Poll, Waker};
use std::time::Duration;

use catga::error::PublishError;
use catga::message::MessageInfo;
use catga::prelude::*;
use catga::scope::Call;
use catga_tests::Trouble;
use catga_tests::counting::{Counting, allocations};
use futures_util::{Stream, StreamExt as _};

#[global_allocator]
static COUNTING: Counting = Counting;

/// What a future comes to that never waits for others, and how often it allocated.
fn counted<T>(future: impl Future<Output = T>) -> (T, u64) {
    let before = allocations();
    let mut future = pin!(future);
    let mut cx = TaskContext::from_waker(Waker::noop());
    loop {
        if let Poll::Ready(output) = future.as_mut().poll(&mut cx) {
            return (output, allocations() - before);
        }
    }
}

/// Waits once.
async fn wait() {
    let mut waited = false;
    poll_fn(|cx| {
        cx.waker().wake_by_ref();
        if std::mem::replace(&mut waited, true) { Poll::Ready(()) } else { Poll::Pending }
    })
    .await;
}

#[command(reply = u64, error = Trouble, validate, trace(cents))]
#[derive(Clone, Copy)]
struct Charge {
    cents: u64,
}

impl Valid for Charge {
    fn check(&self, checks: &mut Checks) {
        checks.require("cents", self.cents > 0, "must be positive");
        checks.within(("deep", 1), |checks| checks.require("er", self.cents > 0, "must be positive"));
    }
}

#[query(reply = Option<u64>)]
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
struct Get(u64);

#[command(reply = u64, error = Trouble)]
#[derive(Clone, Copy)]
struct Nested;

#[query(stream = u64)]
struct UpTo(u64);

#[event]
struct Charged(u64);

#[event(fan_out = sequential)]
struct InOrder(u64);

#[event(fan_out = stop_at_first)]
struct UnlessOneFails(u64);

/// What the caller's extension says.
#[command(reply = Option<u64>)]
#[derive(Clone, Copy)]
struct WhoAsks;

/// What callers send along.
struct Caller {
    number: u64,
}

/// Passes on, in the form that a user writes.
struct Pass;

impl<M: Message, S: Dispatched> Behavior<M, S> for Pass {
    async fn around<N: Next<M, S>>(&self, input: M::In<'_>, cx: &mut Context<S>, next: N) -> Outcome<M> {
        next.run(input, cx).await
    }
}

/// Rows by hand, so that nothing but ours could allocate.
struct Rows(u64, u64);

impl Stream for Rows {
    type Item = u64;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut TaskContext<'_>) -> Poll<Option<u64>> {
        self.0 += 1;
        match self.0 {
            n if n > self.1 => Poll::Ready(None),
            n if n.is_multiple_of(7) => {
                cx.waker().wake_by_ref();
                Poll::Pending
            }
            n => Poll::Ready(Some(n)),
        }
    }
}

struct Payments;

#[handler]
impl Payments {
    async fn charge(&self, cmd: Charge) -> Result<u64, Trouble> {
        wait().await;
        if cmd.cents == 13 { Err(Trouble::Wrong) } else { Ok(cmd.cents) }
    }

    fn get(&self, query: Get) -> Option<u64> {
        Some(query.0)
    }

    async fn nested(
        &self,
        _cmd: Nested,
        cx: &mut Context<impl Sends<Charge> + Publishes<Charged>>,
    ) -> Result<u64, Trouble> {
        let ids = [cx.message_id(), cx.correlation_id(), cx.causation_id()].map(|id| id.get());
        let charged = cx.send(Charge { cents: 2 }).await.map_err(|_| Trouble::Lost)?;
        cx.publish(Charged(charged)).await.map_err(|_| Trouble::Lost)?;
        Ok(charged + (ids[0] - ids[1]) + ids[2])
    }

    fn up_to(&self, query: UpTo) -> impl Stream<Item = u64> {
        Rows(0, query.0)
    }

    async fn who_asks(&self, _query: WhoAsks, cx: &mut Context<impl Extended<Caller>>) -> Option<u64> {
        wait().await;
        cx.extension().map(|caller| caller.number)
    }

    async fn on_charged(&self, event: &Charged) {
        wait().await;
        assert!(event.0 > 0);
    }

    async fn in_order(&self, event: &InOrder) {
        wait().await;
        assert!(event.0 > 0);
    }

    async fn unless_one_fails(&self, event: &UnlessOneFails) {
        wait().await;
        assert!(event.0 > 0);
    }
}

macro_rules! ears {
    ($($ear:ident)*) => {$(
        struct $ear;

        #[handler]
        impl $ear {
            async fn on_charged(&self, _event: &Charged) -> Result<(), Trouble> {
                wait().await;
                Ok(())
            }

            async fn in_order(&self, _event: &InOrder) -> Result<(), Trouble> {
                wait().await;
                Ok(())
            }

            async fn unless_one_fails(&self, _event: &UnlessOneFails) -> Result<(), Trouble> {
                wait().await;
                Ok(())
            }
        }
    )*};
}

ears!(First Second Third);

#[mediator(extension = Caller, nested, hears(Charged, InOrder, UnlessOneFails))]
struct Bare {
    payments: Payments,
    first: First,
    second: Second,
    third: Third,
}

/// All of it in a mediator inside of this one.
#[mediator(extension = Caller)]
#[pipeline(Pass)]
struct Around {
    bare: Bare,
}

#[mediator(extension = Caller)]
#[pipeline(Pass, Pass, Pass, Pass, Pass)]
struct Passing {
    payments: Payments,
    first: First,
    second: Second,
    third: Third,
}

#[mediator(extension = Caller)]
#[pipeline(
    Trace,
    Validate,
    Timeout::secs(5),
    commands: Retry::times(3),
    queries: Retry::times(3),
    self.breaker,
)]
struct Production {
    breaker: CircuitBreaker,
    payments: Payments,
    first: First,
    second: Second,
    third: Third,
}

/// Counts calls.
#[derive(Default)]
struct Calls(AtomicU64);

impl Meter for Calls {
    fn record(&self, _: &'static MessageInfo, _: Ending, _: Duration) {
        self.0.fetch_add(1, Relaxed);
    }
}

/// Anybody may, and nothing is recovered from.
struct Lenient;

impl<M: Message, X> Policy<M, X> for Lenient {
    fn check(&self, _: &M, _: Option<&X>) -> Result<(), Denial> {
        Ok(())
    }
}

impl<M: Message, X: Sync> AsyncPolicy<M, X> for Lenient {
    async fn check(&self, _: &M, _: Option<&X>) -> Result<(), Denial> {
        wait().await;
        Ok(())
    }
}

impl<M: Message> Recover<M> for Lenient {
    type Kept = ();

    fn keep(&self, _: &M) {}

    async fn recover(&self, (): (), error: Error<M::Error>) -> Outcome<M> {
        Err(error)
    }
}

#[mediator(extension = Caller)]
#[pipeline(
    Metrics(self.calls),
    Metrics(()),
    Log::everything(),
    CatchPanic,
    Authorize(Lenient),
    AuthorizeAsync(self.lenient),
    commands: Fallback(self.lenient),
    queries: Hedge::after_millis(50),
)]
struct Guarded {
    calls: Calls,
    lenient: Lenient,
    payments: Payments,
    first: First,
    second: Second,
    third: Third,
}

/// Who calls.
impl<M: Message, X> KeyOf<M, u64, X> for Lenient {
    fn key(&self, _: &M, caller: Option<&X>) -> u64 {
        u64::from(caller.is_some())
    }
}

#[mediator(extension = Caller)]
#[pipeline(self.bulkhead, self.limit, self.turns, self.each, queries: self.cache)]
struct Bounded {
    bulkhead: Bulkhead,
    limit: RateLimit,
    turns: Throttle,
    each: PerKey<u64, Lenient, CircuitBreaker>,
    cache: Cache<Get>,
    payments: Payments,
    first: First,
    second: Second,
    third: Third,
}

async fn rows<A: Yields<UpTo>>(app: &A) -> u64 {
    sum_of(app.stream(UpTo(100))).await
}

async fn sum_of(rows: impl Stream<Item = Result<u64, Error>>) -> u64 {
    let mut rows = pin!(rows);
    let mut sum = 0;
    while let Some(row) = poll_fn(|cx| rows.as_mut().poll_next(cx)).await {
        sum += row.unwrap_or_default();
    }
    sum
}

/// Every entry, twice: what is made once for a thread is not a message's.
fn allocates_nothing<A>(app: &A)
where
    A: Handles<Charge> + Handles<Get> + Handles<Nested> + Handles<WhoAsks> + Yields<UpTo>,
    A: Hears<Charged> + Hears<InOrder> + Hears<UnlessOneFails> + Mediator<Extension = Caller>,
{
    let (caller, stop) = (Caller { number: 7 }, Cancel::new());
    let call = || Call::new().extension(&caller).cancel(&stop);
    let sum = (1..=100).filter(|n| n % 7 != 0).sum();
    for allowed in [u64::MAX, 0] {
        let entries: [(&str, u64); 15] = [
            ("send", check(counted(app.send(Charge { cents: 5 })), Ok(5))),
            ("error", check(counted(app.send(Charge { cents: 13 })), Err(Error::Handler(Trouble::Wrong)))),
            ("query", check(counted(app.send(Get(6))), Ok(Some(6)))),
            ("nested", check(counted(app.send(Nested)), Ok(2))),
            ("publish", check(told(counted(app.publish(Charged(1)))), true)),
            ("publish, sequential", check(told(counted(app.publish(InOrder(1)))), true)),
            ("publish, stop at first", check(told(counted(app.publish(UnlessOneFails(1)))), true)),
            ("stream", check(counted(rows(app)), sum)),
            ("no extension", check(counted(app.send(WhoAsks)), Ok(None))),
            ("extension", check(counted(app.send_with(WhoAsks, call())), Ok(Some(7)))),
            ("send with", check(counted(app.send_with(Charge { cents: 5 }, call())), Ok(5))),
            ("nested with", check(counted(app.send_with(Nested, call())), Ok(2))),
            ("publish with", check(told(counted(app.publish_with(Charged(1), call()))), true)),
            ("in order with", check(told(counted(app.publish_with(InOrder(1), call()))), true)),
            ("stream with", check(counted(sum_of(app.stream_with(UpTo(100), call()))), sum)),
        ];
        for (entry, allocations) in entries {
            assert!(allocations <= allowed, "{entry}: {allocations} allocations");
        }
    }
}

fn check<T: PartialEq + std::fmt::Debug>((output, allocations): (T, u64), expected: T) -> u64 {
    assert_eq!(output, expected);
    allocations
}

fn told((told, allocations): (Result<(), PublishError>, u64)) -> (bool, u64) {
    (told.is_ok(), allocations)
}

#[test]
fn a_bare_send() {
    allocates_nothing(&Bare { payments: Payments, first: First, second: Second, third: Third });
}

#[test]
fn a_mediator_inside_of_another() {
    let bare = Bare { payments: Payments, first: First, second: Second, third: Third };
    allocates_nothing(&Around { bare });
}

/// What ends in any order and is answered in order has a place on the heap: one for each message, and the one list of
/// those that run, which the stream makes once. What was sent along costs nothing.
#[test]
fn a_batch_allocates_one_place_for_each_message() {
    let bare = Bare { payments: Payments, first: First, second: Second, third: Third };
    let (caller, stop) = (Caller { number: 7 }, Cancel::new());
    let call = Call::new().extension(&caller).cancel(&stop);
    let charges = |messages| (0..messages).map(|n| Charge { cents: 100 + n });
    for (messages, at_most) in [(0, 1), (1, 1), (10, 1), (100, 1), (100, 4), (1_000, 4), (1_000, 64)] {
        let sum: u64 = (0..messages).map(|n| 100 + n).sum();
        let plain = counted(async { charged(bare.send_all(charges(messages), at_most)).await });
        let with = counted(async { charged(bare.send_all_with(charges(messages), at_most, call)).await });
        for batch in [plain, with] {
            assert_eq!(check(batch, sum), messages + LIST, "{messages} messages, {at_most} at a time");
        }
    }
}

/// What `futures`' list of running futures allocates by itself.
const LIST: u64 = 2;

async fn charged(batch: impl Stream<Item = Outcome<Charge>>) -> u64 {
    batch.fold(0, async |sum, charged| sum + charged.unwrap()).await
}

#[test]
fn five_behaviors_that_pass_on() {
    allocates_nothing(&Passing { payments: Payments, first: First, second: Second, third: Third });
}

/// The timeout arms tokio's timer at each wait.
#[test]
fn a_pipeline_for_production() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
    let _entered = runtime.enter();
    let breaker = CircuitBreaker::new(3, Duration::from_secs(1));
    allocates_nothing(&Production { breaker, payments: Payments, first: First, second: Second, third: Third });
}

const HALF: FailureRate = FailureRate { percent: 50, least: 8, window: Duration::from_secs(8) };

/// With places and tokens there, keys that are known, and a reply that is kept.
#[test]
fn a_bounded_pipeline() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
    let _entered = runtime.enter();
    allocates_nothing(&Bounded {
        bulkhead: Bulkhead::new(16, 16),
        limit: RateLimit::per_second(1_000_000),
        turns: RateLimit::per_second(1_000_000).waiting(16),
        each: PerKey::new(16, Lenient, || CircuitBreaker::by_rate(HALF, Duration::from_secs(1))),
        cache: Cache::new(16, Duration::from_secs(60)),
        payments: Payments,
        first: First,
        second: Second,
        third: Third,
    });
}

#[test]
fn behaviors_that_watch_guard_and_recover() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
    let _entered = runtime.enter();
    let (calls, lenient) = (Calls::default(), Lenient);
    let app = Guarded { calls, lenient, payments: Payments, first: First, second: Second, third: Third };
    allocates_nothing(&app);
    assert!(app.calls.0.load(Relaxed) > 0);
}

#[test]
fn the_counter_counts() {
    let (_, allocations) = counted(async { drop(std::hint::black_box(Box::new(1))) });
    assert_eq!(allocations, 1);
}
