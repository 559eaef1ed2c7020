//! The core with whatever features the build has: without any there is no `std` in it and no `alloc`.

use std::future::Future;
use std::pin::pin;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::task::{Context as TaskContext, Poll, Waker};

use catga::error::{Checks, FieldPath};
use catga::message::Rows;
use catga::prelude::*;
use futures_core::Stream;

#[derive(Debug, PartialEq, Classify)]
enum Refused {
    #[class(transient, code = "desk.busy")]
    Busy,
}

impl core::fmt::Display for Refused {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str("busy")
    }
}

impl core::error::Error for Refused {}

#[command(reply = u64, error = Refused, validate)]
struct Add(u64);

impl Valid for Add {
    fn check(&self, checks: &mut Checks) {
        checks.require("0", self.0 < 100, "must be below 100");
    }
}

#[command(reply = u64)]
struct Twice(u64);

#[event]
struct Added(u64);

#[query(stream = u64)]
struct Count(u64);

struct Desk(AtomicU64);

#[handler]
#[pipeline(Validate)]
impl Desk {
    async fn add(&self, command: Add, cx: &mut Context<impl Sends<Twice> + Publishes<Added>>) -> Result<u64, Refused> {
        let twice = cx.send(Twice(command.0)).await.map_err(|_| Refused::Busy)?;
        cx.publish(Added(twice)).await.map_err(|_| Refused::Busy)?;
        if twice == 0 { Err(Refused::Busy) } else { Ok(twice) }
    }

    fn twice(&self, command: Twice) -> u64 {
        command.0 * 2
    }

    fn on_added(&self, event: &Added) {
        self.0.fetch_add(event.0, Relaxed);
    }

    fn count(&self, query: Count) -> impl Stream<Item = u64> {
        UpTo(query.0)
    }
}

struct UpTo(u64);

impl Stream for UpTo {
    type Item = u64;

    fn poll_next(mut self: std::pin::Pin<&mut Self>, _: &mut TaskContext<'_>) -> Poll<Option<u64>> {
        let next = self.0.checked_sub(1);
        self.0 = next.unwrap_or_default();
        Poll::Ready(next)
    }
}

#[mediator]
struct App {
    desk: Desk,
}

fn ready<T>(future: impl Future<Output = T>) -> T {
    match pin!(future).poll(&mut TaskContext::from_waker(Waker::noop())) {
        Poll::Ready(value) => value,
        Poll::Pending => panic!("nothing here waits"),
    }
}

fn app() -> App {
    App { desk: Desk(AtomicU64::new(0)) }
}

#[test]
fn a_command_sends_another_and_publishes() {
    let app = app();
    assert_eq!(ready(app.send(Add(21))), Ok(42));
    assert_eq!(app.desk.0.load(Relaxed), 42);
}

#[test]
fn errors_are_typed_and_classed() {
    let error = ready(app().send(Add(0))).unwrap_err();
    assert_eq!((error.class(), error.code()), (Class::Transient, "desk.busy"));
    let Err(Error::Invalid(violations)) = ready(app().send(Add(100))) else { panic!("it is not valid") };
    assert_eq!(violations.count(), 1);
    let path: Vec<&FieldPath> = violations.iter().map(|violation| &violation.path).collect();
    assert_eq!(path[0].segments()[0].field, "0");
}

#[test]
fn rows_come_one_by_one() {
    fn rows<Q: Rows>(_: &Q) {}
    rows(&Count(1));
    let app = app();
    let mut rows = pin!(app.stream(Count(3)));
    let mut seen = Vec::new();
    while let Poll::Ready(Some(row)) = rows.as_mut().poll_next(&mut TaskContext::from_waker(Waker::noop())) {
        seen.push(row.unwrap());
    }
    assert_eq!(seen, [2, 1, 0]);
}

/// The even may pass; what is refused is answered with zero.
struct Even;

impl<X> Policy<Twice, X> for Even {
    fn check(&self, message: &Twice, _: Option<&X>) -> Result<(), Denial> {
        if message.0.is_multiple_of(2) { Ok(()) } else { Err(Refused::Busy)? }
    }
}

impl Recover<Add> for Even {
    type Kept = u64;

    fn keep(&self, message: &Add) -> u64 {
        message.0
    }

    async fn recover(&self, kept: u64, _: Error<Refused>) -> Outcome<Add> {
        Ok(kept)
    }
}

struct Guarded {
    even: Even,
}

#[handler]
impl Guarded {
    #[pipeline(Metrics(()), Authorize(Even))]
    fn twice(&self, command: Twice) -> u64 {
        command.0 * 2
    }

    #[pipeline(Fallback(self.even))]
    fn add(&self, command: Add) -> Result<u64, Refused> {
        if command.0 == 0 { Err(Refused::Busy) } else { Ok(1) }
    }
}

#[mediator]
struct Gate {
    guarded: Guarded,
}

#[test]
fn behaviors_guard_and_recover() {
    let gate = Gate { guarded: Guarded { even: Even } };
    assert_eq!(ready(gate.send(Twice(2))), Ok(4));
    let Err(Error::Denied(denial)) = ready(gate.send(Twice(1))) else { panic!("it is odd") };
    assert_eq!(denial.reason().unwrap().code(), "catga.policy");
    assert_eq!((ready(gate.send(Add(0))), ready(gate.send(Add(5)))), (Ok(0), Ok(1)));
}

#[event]
struct Shaken;

struct Loose;

#[handler]
impl Loose {
    fn on_shaken(&self, _: &Shaken) -> Result<(), Refused> {
        Err(Refused::Busy)
    }
}

struct Brittle;

#[handler]
impl Brittle {
    // Without `std` a panic is not contained: it is the caller's.
    #[cfg(feature = "std")]
    fn on_shaken(&self, _: &Shaken) {
        panic!("it breaks")
    }

    #[cfg(not(feature = "std"))]
    fn on_shaken(&self, _: &Shaken) -> Result<(), Refused> {
        Err(Refused::Busy)
    }
}

struct Firm(AtomicU64);

#[handler]
impl Firm {
    fn on_shaken(&self, _: &Shaken) {
        self.0.fetch_add(1, Relaxed);
    }
}

#[mediator]
struct Shelf {
    loose: Loose,
    brittle: Brittle,
    firm: Firm,
}

#[test]
fn failures_and_panics_of_an_events_handlers_are_counted() {
    let shelf = Shelf { loose: Loose, brittle: Brittle, firm: Firm(AtomicU64::new(0)) };
    let error = ready(shelf.publish(Shaken)).unwrap_err();
    assert_eq!(error.failed(), 2);
    assert_eq!(error.failures()[0].handler, "Loose::on_shaken");
    assert_eq!(error.failures()[0].error.code(), "desk.busy");
    #[cfg(feature = "std")]
    assert_eq!(error.failures()[1].error.code(), "catga.panicked");
    assert_eq!(shelf.firm.0.load(Relaxed), 1, "who comes after them runs all the same");
}

#[cfg(feature = "alloc")]
#[test]
fn with_alloc_a_batch_is_sent() {
    let app = app();
    let mut sent = pin!(app.send_all([Twice(1), Twice(2), Twice(3)], 2));
    let mut answers = Vec::new();
    while let Poll::Ready(Some(answer)) = sent.as_mut().poll_next(&mut TaskContext::from_waker(Waker::noop())) {
        answers.push(answer.unwrap());
    }
    assert_eq!(answers, [2, 4, 6]);
}

#[cfg(feature = "std")]
mod with_std {
    use super::*;

    #[command(reply = u64)]
    struct Break;

    struct Glass;

    #[handler]
    impl Glass {
        #[pipeline(CatchPanic)]
        fn glass(&self, _: Break) -> u64 {
            panic!("it breaks")
        }
    }

    #[mediator]
    struct Window {
        glass: Glass,
    }

    #[test]
    fn a_panic_is_caught() {
        let error = ready(Window { glass: Glass }.send(Break)).unwrap_err();
        assert_eq!(error.code(), "catga.panicked");
    }
}

#[cfg(feature = "tokio")]
mod with_tokio {
    use super::*;

    #[command]
    struct Wait;

    struct Never;

    #[handler]
    impl Never {
        async fn wait(&self, _: Wait) {
            std::future::pending().await
        }
    }

    #[mediator]
    #[pipeline(Timeout::secs(5))]
    struct Patient {
        never: Never,
    }

    #[tokio::test(start_paused = true)]
    async fn its_timer_ends_what_takes_too_long() {
        assert_eq!(Patient { never: Never }.send(Wait).await, Err(Error::Timeout));
    }
}

#[cfg(feature = "tracing")]
mod with_tracing {
    use super::*;

    #[mediator]
    #[pipeline(Trace, Log::failures())]
    struct Told {
        desk: Desk,
    }

    #[test]
    fn what_nobody_listens_to_changes_nothing() {
        let told = Told { desk: Desk(AtomicU64::new(0)) };
        assert_eq!(ready(told.send(Add(21))), Ok(42));
        assert_eq!(ready(told.send(Add(0))).unwrap_err().code(), "desk.busy");
    }
}
