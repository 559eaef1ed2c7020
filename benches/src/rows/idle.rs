use std::future::Future;
use std::hash::{Hash, Hasher};
use std::marker::PhantomData;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use catga::behaviors::{Circuit, RetryBudget, Watch};
use catga::message::MessageInfo;
use catga::prelude::*;

use crate::row::{Case, Row};
use crate::work;
use crate::work::{SEED, out_of_line, seed};

/// Each behavior that the production pipeline does not have, when it has nothing to do; and what does something
/// for every message, as it is not there for nothing.
pub(super) fn rows() -> Vec<Row> {
    vec![
        Row::of::<Sent<OnTheHeap>>(),
        Row::of::<Sent<MeterOff>>(),
        Row::of::<Sent<MeterOn>>(),
        Row::of::<Sent<Logged>>(),
        Row::of::<Sent<Authorized>>(),
        Row::of::<Sent<AuthorizedElsewhere>>(),
        Row::of::<Sent<Places>>(),
        Row::of::<Sent<Tokens>>(),
        Row::of::<Sent<Turns>>(),
        Row::of::<Sent<Rated>>(),
        Row::of::<Sent<Watched>>(),
        Row::of::<Sent<Budgeted>>(),
        Row::of::<Sent<Keyed>>(),
        Row::of::<Sent<Caught>>(),
        Row::of::<Sent<Recovering>>(),
        Row::of::<Sent<Hedged>>(),
        Row::of::<Hit>(),
        Row::of::<Sent<Missing>>(),
        Row::of::<Sent<Batched>>(),
    ]
}

/// Rows of ours that allocate for what they do: behaviors that work for each message, and the hand-over to `Bytes`.
pub const AT_WORK: [&str; 4] = [OnTheHeap::NAME, Missing::NAME, Batched::NAME, "catga BufferPool, 4 KiB, as Bytes"];

#[query(reply = u64)]
#[derive(Clone, PartialEq, Eq, Hash)]
struct Find {
    q: u64,
}

struct Desk {
    seed: AtomicU64,
}

impl Default for Desk {
    fn default() -> Self {
        let desk = Self { seed: seed() };
        out_of_line(desk.find(Find { q: 0 }));
        desk
    }
}

#[handler]
impl Desk {
    async fn find(&self, query: Find) -> u64 {
        work!(self.seed, query.q)
    }
}

trait Named: Default + 'static {
    const NAME: &'static str;
}

/// A mediator over the desk with a pipeline, and the fields that it names.
macro_rules! mediator {
    ($name:ident: $title:literal, [$($entry:tt)*] $(, $field:ident: $type:ty = $value:expr)*) => {
        #[mediator]
        #[pipeline($($entry)*)]
        struct $name {
            desk: Desk,
            $($field: $type,)*
        }

        impl Default for $name {
            fn default() -> Self {
                Self { desk: Desk::default(), $($field: $value,)* }
            }
        }

        impl Named for $name {
            const NAME: &'static str = $title;
        }
    };
}

/// Counts.
#[derive(Default)]
struct Count(AtomicU64);

impl Meter for Count {
    fn record(&self, _: &'static MessageInfo, _: Ending, _: Duration) {
        self.0.fetch_add(1, Ordering::Relaxed);
    }
}

/// Lets everybody pass who asks for less than the most.
struct Below;

impl Policy<Find> for Below {
    fn check(&self, message: &Find, _: Option<&()>) -> Result<(), Denial> {
        if message.q == u64::MAX { Err(Denial::new()) } else { Ok(()) }
    }
}

impl AsyncPolicy<Find> for Below {
    async fn check(&self, message: &Find, _: Option<&()>) -> Result<(), Denial> {
        if message.q == u64::MAX { Err(Denial::new()) } else { Ok(()) }
    }
}

impl KeyOf<Find, u64> for Below {
    fn key(&self, message: &Find, _: Option<&()>) -> u64 {
        u64::from(message.q == u64::MAX)
    }
}

/// Half of the calls of the last seconds.
const fn by_rate() -> CircuitBreaker {
    let rate = FailureRate { percent: 50, least: 100, window: Duration::from_secs(10) };
    CircuitBreaker::by_rate(rate, Duration::from_secs(30))
}

/// Hears of turns.
struct Silent;

impl Watch for Silent {
    fn turned(&self, _: Circuit, _: Circuit) {}
}

const fn watched() -> CircuitBreaker<Silent> {
    CircuitBreaker::new(5, Duration::from_secs(30)).watched_by(Silent)
}

struct Zero;

impl Recover<Find> for Zero {
    type Kept = ();

    fn keep(&self, _: &Find) {}

    async fn recover(&self, (): (), _: Error) -> Outcome<Find> {
        Ok(0)
    }
}

/// So many that there is always one.
const fn plenty() -> RateLimit {
    RateLimit::per_second(1_000_000_000).burst(u32::MAX)
}

mediator!(OnTheHeap: "catga, Boxed", [Boxed]);
mediator!(MeterOff: "catga, Metrics, off", [Metrics(())]);
mediator!(MeterOn: "catga, Metrics that count", [Metrics(self.count)], count: Count = Count::default());
mediator!(Logged: "catga, Log", [Log::everything()]);
mediator!(Authorized: "catga, Authorize", [Authorize(Below)]);
mediator!(AuthorizedElsewhere: "catga, AuthorizeAsync", [AuthorizeAsync(Below)]);
mediator!(Places: "catga, Bulkhead", [self.places], places: Bulkhead = Bulkhead::new(16, 16));
mediator!(Tokens: "catga, RateLimit", [self.tokens], tokens: RateLimit = plenty());
mediator!(Turns: "catga, Throttle", [self.turns], turns: Throttle = plenty().waiting(16));
mediator!(Rated: "catga, CircuitBreaker, by rate", [self.breaker], breaker: CircuitBreaker = by_rate());
mediator!(Watched: "catga, CircuitBreaker, watched", [self.breaker], breaker: CircuitBreaker<Silent> = watched());
mediator!(Budgeted: "catga, Retry within a budget", [Retry::times(3).within(self.budget)], budget: RetryBudget = RetryBudget::new(10, 20));
mediator!(Keyed: "catga, PerKey of a RateLimit", [self.each], each: PerKey<u64, Below, RateLimit> = PerKey::new(16, Below, plenty));
mediator!(Caught: "catga, CatchPanic", [CatchPanic]);
mediator!(Recovering: "catga, Fallback", [Fallback(Zero)]);
mediator!(Hedged: "catga, Hedge", [Hedge::after_millis(50)]);
mediator!(Missing: "catga, Cache, a miss", [self.cache], cache: Cache<Find> = Cache::new(256, Duration::from_secs(60)));

/// A desk that answers in batches.
struct Batches {
    finds: AutoBatch<Find, Desk>,
}

impl Batch<Find> for Desk {
    type Key = ();

    fn key(&self, _: &Find) {}

    async fn run(&self, (): &(), batch: Vec<Find>) -> Answers<Find> {
        let seed = self.seed.load(Ordering::Relaxed);
        Ok(batch.into_iter().map(|query| Ok(seed.wrapping_add(query.q))).collect())
    }
}

#[handler]
impl Batches {
    async fn find(&self, query: Find, cx: &mut Context<impl Scope>) -> Outcome<Find> {
        self.finds.answer(query, cx).await
    }
}

/// Each message is a batch, as there is one caller.
#[mediator]
struct Batched {
    batches: Batches,
}

impl Default for Batched {
    fn default() -> Self {
        Self { batches: Batches { finds: AutoBatch::new(Desk::default(), 1, Duration::from_millis(1)) } }
    }
}

impl Named for Batched {
    const NAME: &'static str = "catga, AutoBatch of one";
}

struct Sent<A>(PhantomData<A>);

impl<A: Named + Handles<Find>> Case for Sent<A> {
    const NAME: &'static str = A::NAME;
    type App = A;
    type Output = Outcome<Find>;

    fn app() -> A {
        A::default()
    }

    fn future(app: &A, q: u64) -> impl Future<Output = Outcome<Find>> {
        app.send(Find { q })
    }

    fn answer(output: Outcome<Find>) -> u64 {
        output.unwrap_or(0)
    }
}

/// A query that is always the same one.
#[query(reply = u64)]
#[derive(Clone)]
struct Same {
    q: u64,
}

impl PartialEq for Same {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

impl Eq for Same {}

impl Hash for Same {
    fn hash<H: Hasher>(&self, state: &mut H) {
        0_u64.hash(state);
    }
}

struct SameDesk {
    seed: AtomicU64,
}

#[handler]
impl SameDesk {
    async fn same(&self, query: Same) -> u64 {
        work!(self.seed, query.q)
    }
}

#[mediator]
#[pipeline(self.cache)]
struct Known {
    desk: SameDesk,
    cache: Cache<Same>,
}

struct Hit;

impl Case for Hit {
    const NAME: &'static str = "catga, Cache, a hit";
    type App = Known;
    type Output = Outcome<Same>;

    fn app() -> Known {
        Known { desk: SameDesk { seed: seed() }, cache: Cache::new(256, Duration::from_secs(3_600)) }
    }

    fn future(app: &Known, q: u64) -> impl Future<Output = Outcome<Same>> {
        app.send(Same { q })
    }

    fn answer(output: Outcome<Same>) -> u64 {
        output.unwrap_or(0)
    }

    /// All get the first one's answer.
    fn expected(times: u64) -> u64 {
        times * SEED
    }
}
