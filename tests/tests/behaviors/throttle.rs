//! `Throttle` on virtual time: a rate limit that waits.

use std::future::poll_fn;
use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::task::Poll;
use std::time::Duration;

use catga::prelude::*;
use catga::scope::Call;
use catga::testing::VirtualClock;
use catga::time::Instant;
use catga_tests::{collect_ready, drive, poll_once};
use futures_util::future::join_all;
use futures_util::{FutureExt as _, Stream, stream};
use proptest::prelude::*;

const SECOND: Duration = Duration::from_secs(1);

#[command]
struct Work(u32);

#[query(reply = u32)]
struct Ask;

#[query(stream = u32)]
struct List;

#[event]
struct Told;

/// Has two seconds.
#[command]
struct Hasty;

/// Has a nanosecond more.
#[command]
struct InTime;

struct Gate {
    limit: Arc<Throttle>,
    clock: VirtualClock,
    begun: Mutex<Vec<(u32, Instant)>>,
}

impl Gate {
    fn begin(&self, number: u32) {
        self.begun.lock().unwrap().push((number, self.clock.now()));
    }
}

#[handler]
#[pipeline(self.limit)]
impl Gate {
    fn work(&self, cmd: Work) {
        self.begin(cmd.0);
    }

    fn ask(&self, _query: Ask) -> u32 {
        self.begin(0);
        7
    }

    fn list(&self, _query: List) -> impl Stream<Item = u32> {
        self.begin(0);
        stream::iter([1, 2, 3])
    }

    fn on_told(&self, _event: &Told) {
        self.begin(0);
    }
}

/// Behind the same limit.
struct Hurry {
    limit: Arc<Throttle>,
}

#[handler]
impl Hurry {
    #[pipeline(Timeout::secs(2), self.limit)]
    fn hasty(&self, _cmd: Hasty) {}

    #[pipeline(Timeout::after(Duration::new(2, 1)), self.limit)]
    fn in_time(&self, _cmd: InTime) {}
}

#[mediator(clock = self.clock, timer = self.clock)]
struct App {
    clock: VirtualClock,
    gate: Gate,
    hurry: Hurry,
}

fn app(limit: Throttle) -> App {
    let (clock, limit) = (VirtualClock::new(), Arc::new(limit));
    let hurry = Hurry { limit: Arc::clone(&limit) };
    App { clock: clock.clone(), gate: Gate { limit, clock, begun: Mutex::default() }, hurry }
}

impl App {
    /// Who began, and how long after the first moment.
    fn begun(&self) -> Vec<(u32, Duration)> {
        self.gate.begun.lock().unwrap().iter().map(|(number, at)| (*number, at.since_origin())).collect()
    }

    /// A send that waits.
    async fn waiting(&self, number: u32) -> Pin<Box<dyn Future<Output = Outcome<Work>> + '_>> {
        let mut send = Box::pin(self.send(Work(number))) as Pin<Box<dyn Future<Output = _>>>;
        assert!(poll_once(&mut send).await.is_pending());
        send
    }
}

#[tokio::test]
async fn what_finds_no_token_waits_in_order() {
    let app = app(RateLimit::per_second(10).burst(2).waiting(100));
    let (outcomes, waits) = drive(&app.clock, join_all((0..6).map(|number| app.send(Work(number))))).await;
    assert!(outcomes.iter().all(Result::is_ok));
    let tenth = SECOND / 10;
    assert_eq!(waits, [tenth; 4]);
    let zero = Duration::ZERO;
    assert_eq!(app.begun(), [(0, zero), (1, zero), (2, tenth), (3, tenth * 2), (4, tenth * 3), (5, tenth * 4)]);
    assert_eq!(app.gate.limit.waiting(), 0);
    assert_eq!(app.clock.waiting(), 0);
}

#[tokio::test]
async fn nobody_overtakes_who_waits() {
    let app = app(RateLimit::per_second(1).waiting(100));
    app.send(Work(0)).await.unwrap();
    let mut first = app.waiting(1).await;
    let mut second = app.waiting(2).await;
    app.clock.advance(SECOND);
    // There is a token, and it is the first's.
    let mut late = app.waiting(3).await;
    assert_eq!(poll_once(&mut second).await, Poll::Pending);
    assert_eq!(poll_once(&mut first).await, Poll::Ready(Ok(())));
    assert_eq!(poll_once(&mut late).await, Poll::Pending);
    app.clock.advance(SECOND);
    assert_eq!(poll_once(&mut late).await, Poll::Pending);
    assert_eq!(poll_once(&mut second).await, Poll::Ready(Ok(())));
    assert_eq!(drive(&app.clock, late).await, (Ok(()), vec![SECOND]));
    assert_eq!(app.begun().iter().map(|(number, _)| *number).collect::<Vec<_>>(), [0, 1, 2, 3]);
}

#[tokio::test]
async fn a_full_line_refuses_and_says_how_long_it_is() {
    let app = app(RateLimit::per_second(1).waiting(2));
    app.send(Work(0)).await.unwrap();
    let waiting = [app.waiting(1).await, app.waiting(2).await];
    assert_eq!(app.gate.limit.waiting(), 2);
    let refused = app.send(Work(3)).await;
    assert_eq!(refused, Err(Error::Unavailable { retry_after: Some(SECOND * 3) }));
    let (outcomes, _) = drive(&app.clock, join_all(waiting)).await;
    assert_eq!(outcomes, [Ok(()), Ok(())]);
}

#[tokio::test]
async fn at_least_one_may_wait() {
    let app = app(RateLimit::per_second(1).waiting(0));
    app.send(Work(0)).await.unwrap();
    let waiting = app.waiting(1).await;
    assert!(matches!(app.send(Work(2)).await, Err(Error::Unavailable { .. })));
    assert_eq!(drive(&app.clock, waiting).await.0, Ok(()));
}

#[tokio::test]
async fn what_would_be_too_late_is_refused_at_once() {
    let app = app(RateLimit::per_second(1).waiting(100));
    app.send(Work(0)).await.unwrap();
    let waiting = app.waiting(1).await;
    let refused = app.send(Hasty).await;
    assert_eq!(refused, Err(Error::Unavailable { retry_after: Some(SECOND * 2) }));
    assert_eq!(app.gate.limit.waiting(), 1, "it did not join the line");
    let (outcomes, waits) = drive(&app.clock, futures_util::future::join(waiting, app.send(InTime))).await;
    assert_eq!(outcomes, (Ok(()), Ok(())));
    assert_eq!(waits, [SECOND; 2]);
}

#[tokio::test]
async fn who_leaves_the_line_costs_no_token() {
    let app = app(RateLimit::per_second(1).waiting(100));
    app.send(Work(0)).await.unwrap();
    let (first, second, third) = (app.waiting(1).await, app.waiting(2).await, app.waiting(3).await);
    app.clock.advance(SECOND / 2);
    drop(second);
    drop(first);
    // The third is the first now.
    let (outcome, waits) = drive(&app.clock, third).await;
    assert_eq!((outcome, waits), (Ok(()), vec![SECOND / 2]));
    assert_eq!(app.begun(), [(0, Duration::ZERO), (3, SECOND)]);
    assert_eq!((app.gate.limit.waiting(), app.clock.waiting()), (0, 0));
}

#[tokio::test]
async fn who_is_cancelled_ends_when_its_turn_comes() {
    let app = app(RateLimit::per_second(1).waiting(100));
    app.send(Work(0)).await.unwrap();
    let cancel = Cancel::new();
    let call = Call::new().cancel(&cancel);
    let mut cancelled = Box::pin(app.send_with(Work(1), call));
    assert!(poll_once(&mut cancelled).await.is_pending());
    let next = app.waiting(2).await;
    cancel.cancel();
    let ((cancelled, next), _) = drive(&app.clock, futures_util::future::join(cancelled, next)).await;
    assert_eq!((cancelled, next), (Err(Error::Cancelled), Ok(())));
    assert_eq!(app.begun(), [(0, Duration::ZERO), (2, SECOND)], "the token is the next one's");
}

#[tokio::test]
async fn all_kinds_wait() {
    let app = app(RateLimit::per_second(1).waiting(100));
    assert_eq!(app.send(Ask).await, Ok(7));
    assert_eq!(drive(&app.clock, app.send(Ask)).await, (Ok(7), vec![SECOND]));
    assert_eq!(drive(&app.clock, app.send(Work(1))).await, (Ok(()), vec![SECOND]));
    let (told, waits) = drive(&app.clock, app.publish(Told)).await;
    assert!(told.is_ok());
    assert_eq!(waits, [SECOND]);
    let rows = app.stream(List);
    let mut rows = std::pin::pin!(rows);
    assert!(poll_once(&mut poll_fn(|cx| rows.as_mut().poll_next(cx))).await.is_pending());
    app.clock.advance(SECOND);
    assert_eq!(collect_ready(rows).await, [Ok(1), Ok(2), Ok(3)]);
}

#[test]
fn the_longest_waits_do_not_overflow() {
    let app = app(RateLimit::per(Duration::MAX, 1).waiting(u32::MAX));
    assert_eq!(app.send(Work(0)).now_or_never(), Some(Ok(())));
    assert_eq!(app.send(Work(1)).now_or_never(), None);
}

/// A send that waits, with its number.
type Waiting<'a> = (u32, Pin<Box<dyn Future<Output = Outcome<Work>> + 'a>>);

/// Polls all until none gets on.
fn poll_all(line: &mut Vec<Waiting<'_>>) {
    let mut before = usize::MAX;
    while line.len() < before {
        before = line.len();
        line.retain_mut(|(_, send)| match send.as_mut().now_or_never() {
            Some(outcome) => {
                assert_eq!(outcome, Ok(()));
                false
            }
            None => true,
        });
    }
}

/// Whether there is a token, after what began.
fn has_token(app: &App, spacing: Duration, burst: u32) -> bool {
    let taken = app.begun().into_iter().fold(Duration::ZERO, |full_at, (_, at)| full_at.max(at) + spacing);
    taken <= app.clock.now().since_origin() + spacing * (burst - 1)
}

proptest! {
    /// However many come and leave: nobody is lost, they begin in their order, in no window more than the burst
    /// and what comes in its time, and no token is left lying while somebody waits.
    #[test]
    fn never_more_than_is_said_and_never_less(
        burst in 1_u32..5,
        steps in prop::collection::vec((0_u64..300, 0_usize..4, prop::option::of(0_usize..8)), 1..40),
    ) {
        let app = app(RateLimit::per_second(10).burst(burst).waiting(1_000));
        let mut line: Vec<Waiting<'_>> = Vec::new();
        let (mut next, mut left) = (0_u32, 0_u32);
        let tenth = Duration::from_millis(100);
        for (wait, come, leave) in steps {
            for _ in 0..wait {
                app.clock.advance(Duration::from_millis(1));
                poll_all(&mut line);
                prop_assert!(line.is_empty() || !has_token(&app, tenth, burst));
            }
            for _ in 0..come {
                line.push((next, Box::pin(app.send(Work(next)))));
                next += 1;
                poll_all(&mut line);
            }
            if let Some(leave) = leave && leave < line.len() {
                drop(line.remove(leave));
                left += 1;
                poll_all(&mut line);
            }
            prop_assert_eq!(app.gate.limit.waiting() as usize, line.len());
        }
        while !line.is_empty() {
            app.clock.advance(Duration::from_millis(1));
            poll_all(&mut line);
        }
        let begun = app.begun();
        prop_assert_eq!(begun.len() as u32 + left, next);
        prop_assert!(begun.is_sorted());
        for (first, (_, from)) in begun.iter().enumerate() {
            for (last, (_, to)) in begun.iter().enumerate().skip(first) {
                let most = u128::from(burst) + (*to - *from).as_nanos() / tenth.as_nanos();
                prop_assert!((last - first + 1) as u128 <= most);
            }
        }
    }
}
