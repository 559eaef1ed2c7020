//! A caller that leaves at any of its waits: nothing of its call is left, and the next caller is answered.

use std::future::poll_fn;
use std::pin::{Pin, pin};
use std::task::Poll;
use std::time::Duration;

use catga::behaviors::tower::{Gate, Layered};
use catga::message::MessageInfo;
use catga::prelude::*;
use catga::testing::{SeededRandom, VirtualClock};
use catga_tests::{drive, poll_once};
use futures_util::FutureExt as _;
use tower::limit::{ConcurrencyLimit, ConcurrencyLimitLayer};

use super::behaviors::One;
use super::delivery;
use super::desk::{App, Desk, How, Kind, app, call};

const MOMENT: Duration = Duration::from_millis(1);
const SECOND: Duration = Duration::from_secs(1);

type Drops = fn(Kind) -> Pin<Box<dyn Future<Output = ()>>>;

macro_rules! row {
    ($name:ident, $($make:expr, $who:ident, $how:ident);+) => {
        (stringify!($name), (|kind| Box::pin(async move { $(cut($make, Who::$who, kind, How::$how).await;)+ })) as Drops)
    };
}

#[rustfmt::skip]
pub const TABLE: &[(&str, Drops)] = &[
    row!(Authorize,      Allowed::new, Alone, Slow),
    row!(AuthorizeAsync, AllowedElsewhere::new, Alone, Slow),
    row!(Boxed,          OnTheHeap::new, Alone, Slow),
    row!(Bulkhead,       OneAtATime::new, Alone, Slow; OneAtATime::new, Behind, Slow),
    row!(CatchPanic,     Caught::new, Alone, Slow),
    row!(CircuitBreaker, Breaking::new, Alone, Slow; half_open, Alone, Slow),
    row!(Fallback,       Recovering::new, Alone, SlowLose),
    row!(Hedge,          Hedged::new, Alone, Slow),
    ("Idempotent",       (|kind| Box::pin(async move {
        cut(delivery::Once::new, Who::Alone, kind, How::Slow).await;
        delivery::idempotent_dropped(kind).await;
    })) as Drops),
    row!(Layered,        Layers::new, Alone, Slow; Layers::new, Behind, Slow),
    row!(Lock,           delivery::Locked::new, Alone, Slow; delivery::Locked::new, Behind, Slow),
    row!(Log,            Logged::new, Alone, Slow),
    row!(Metrics,        Measured::new, Alone, Slow),
    row!(PerKey,         Keyed::new, Alone, Slow; Keyed::new, Behind, Slow),
    row!(RateLimit,      Limited::new, Alone, Slow),
    row!(Retry,          Repeated::new, Alone, SlowBusyOnce),
    row!(Throttle,       Throttled::new, Alone, Slow; Throttled::new, Behind, Slow),
    row!(Timeout,        Bounded::new, Alone, Slow; Bounded::new, Alone, Wait),
    row!(Trace,          Traced::new, Alone, Slow),
    ("Transactional",    (|kind| Box::pin(async move {
        cut(delivery::InTransaction::new, Who::Alone, kind, How::Slow).await;
        delivery::transactional_dropped(kind).await;
    })) as Drops),
    row!(Validate,       Validated::new, Alone, Slow),
];

/// Who else is there.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Who {
    Alone,
    /// Another was there before.
    Behind,
}

/// Calls, and leaves after the first poll, the second, and so on, until the call has ended.
async fn cut<A: App>(make: impl Fn() -> A, who: Who, kind: Kind, how: How) {
    for polls in 0..64 {
        let app = make();
        let clock = &app.desk().clock;
        let mut before = pin!((who == Who::Behind).then(|| call(&app, kind, How::Slow).fuse()));
        let mut ended = false;
        {
            let mut leaving = pin!(call(&app, kind, how));
            let _waits = poll_before(&mut before).await;
            for _ in 0..polls {
                if poll_once(&mut leaving).await.is_ready() {
                    ended = true;
                    break;
                }
                clock.advance_to_next();
                let _waits = poll_before(&mut before).await;
            }
        }
        while poll_before(&mut before).await.is_pending() {
            clock.advance_to_next();
        }
        assert_eq!(app.desk().inside(), 0, "a handler is left after {polls} polls");
        assert_eq!(clock.waiting(), 0, "a timer is left after {polls} polls");
        let again = drive(clock, call(&app, kind, How::Answer)).await.0;
        assert_eq!(again, Ok(()), "the next one, after {polls} polls");
        if ended {
            assert!(polls > 1, "it never waited");
            return;
        }
    }
    panic!("it does not end");
}

/// The one that was there before goes on, if it has not ended.
async fn poll_before<F>(before: &mut Pin<&mut Option<F>>) -> Poll<()>
where
    F: futures_util::future::FusedFuture<Output = Result<(), &'static str>>,
{
    poll_fn(|task| match before.as_mut().as_pin_mut() {
        Some(call) if !call.is_terminated() => Poll::Ready(call.poll(task).map(|outcome| assert_eq!(outcome, Ok(())))),
        _ => Poll::Ready(Poll::Ready(())),
    })
    .await
}

struct Anybody;

impl<M: Message> Policy<M> for Anybody {
    fn check(&self, _: &M, _: Option<&()>) -> Result<(), Denial> {
        Ok(())
    }
}

impl<M: Message> AsyncPolicy<M> for Anybody {
    async fn check(&self, _: &M, _: Option<&()>) -> Result<(), Denial> {
        let mut waits = 2;
        poll_fn(|task| {
            task.waker().wake_by_ref();
            waits -= 1;
            if waits == 0 { Poll::Ready(Ok(())) } else { Poll::Pending }
        })
        .await
    }
}

struct Other;

impl<M: Message<Reply = u32>> Recover<M> for Other {
    type Kept = ();

    fn keep(&self, _: &M) {}

    async fn recover(&self, (): (), _: Error<M::Error>) -> Outcome<M> {
        Ok(0)
    }
}

struct Silent;

impl Meter for Silent {
    fn record(&self, _: &'static MessageInfo, _: Ending, _: Duration) {}
}

app!(Allowed, [Authorize(Anybody)]);
app!(AllowedElsewhere, [AuthorizeAsync(Anybody)]);
app!(OnTheHeap, [Boxed]);
app!(OneAtATime, [self.bulkhead], bulkhead: Bulkhead = Bulkhead::new(1, 1));
app!(Caught, [CatchPanic]);
app!(Breaking, [self.breaker], breaker: CircuitBreaker = CircuitBreaker::new(1, SECOND));
app!(Recovering, [commands: Fallback(Other), queries: Fallback(Other)]);
app!(Hedged, [commands: Hedge::after(MOMENT), queries: Hedge::after(MOMENT), events: Hedge::after(MOMENT)]);
app!(Layers, [self.limit], limit: Layered<ConcurrencyLimit<Gate>> = Layered::new(&ConcurrencyLimitLayer::new(1)));
app!(Logged, [Log::everything()]);
app!(Measured, [Metrics(Silent)]);
app!(Keyed, [self.each], each: PerKey<u8, One, Bulkhead> = PerKey::new(1, One, || Bulkhead::new(1, 1)));
app!(Limited, [self.limit], limit: RateLimit = RateLimit::per_second(8));
app!(Repeated, [commands: Retry::times(1), queries: Retry::times(1), events: Retry::times(1)]);
app!(Throttled, [self.limit], limit: Throttle = RateLimit::per_second(1).waiting(1));
app!(Bounded, [Timeout::secs(1)]);
app!(Traced, [Trace]);
app!(Validated, [Validate]);

/// Whoever calls is its one probe.
fn half_open() -> Breaking {
    let app = Breaking::new();
    assert!(call(&app, Kind::Command, How::Lose).now_or_never().unwrap().is_err());
    app.clock.advance(SECOND);
    app
}
