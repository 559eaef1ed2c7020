//! A mediator inside is closed, with its own pipeline inside of the outer one.

use std::sync::atomic::{AtomicU32, Ordering::SeqCst};
use std::time::Duration;

use catga::error::Classify as _;
use catga::id::Id;
use catga::prelude::*;
use catga::scope::Call;
use catga::testing::VirtualClock;
use catga::time::{Cancel, Instant};
use catga_tests::{Mark, Trouble, collect_ready, drive, mark, marks};
use futures_util::{Stream, stream};

#[command(reply = u32, error = Trouble)]
struct Charge(u32);

#[query(reply = u32)]
struct Balance;

#[query(stream = u32, error = Trouble)]
struct Entries;

/// Heard by the inner mediator, and by the outer.
#[event]
struct Placed(u32);

/// Heard by the inner mediator alone, for itself.
#[event]
struct Charged;

/// What the inner handlers find in their context.
#[query(reply = Seen)]
struct Look;

/// Sent by an outer handler, which asks the inner mediator.
#[command(reply = Seen)]
struct Ask;

#[derive(Clone, Debug, PartialEq, Eq)]
struct Seen {
    message: Id,
    correlation: Id,
    causation: Id,
    deadline: Option<Instant>,
    cancelled: bool,
    user: Option<&'static str>,
}

fn seen<S: Extended<&'static str>>(cx: &Context<S>) -> Seen {
    Seen {
        message: cx.message_id(),
        correlation: cx.correlation_id(),
        causation: cx.causation_id(),
        deadline: cx.deadline(),
        cancelled: cx.is_cancelled(),
        user: cx.extension().copied(),
    }
}

#[derive(Default)]
struct Payments {
    charged: AtomicU32,
    heard: AtomicU32,
}

#[handler]
impl Payments {
    async fn charge(&self, cmd: Charge, cx: &mut Context<impl Publishes<Charged>>) -> Result<u32, Trouble> {
        mark("handler");
        cx.publish(Charged).await.map_err(|_| Trouble::Lost)?;
        if cmd.0 > 100 { Err(Trouble::Wrong) } else { Ok(self.charged.fetch_add(cmd.0, SeqCst) + cmd.0) }
    }

    fn balance(&self, _query: Balance) -> u32 {
        self.charged.load(SeqCst)
    }

    fn entries(&self, _query: Entries) -> impl Stream<Item = Result<u32, Trouble>> {
        mark("opened");
        stream::iter([Ok(1), Ok(2), Err(Trouble::Stale)])
    }

    fn look(&self, _query: Look, cx: &mut Context<impl Extended<&'static str>>) -> Seen {
        seen(cx)
    }

    fn on_placed(&self, event: &Placed) -> Result<(), Trouble> {
        self.heard.fetch_add(event.0, SeqCst);
        if event.0 > 100 { Err(Trouble::Busy) } else { Ok(()) }
    }

    fn on_charged(&self, _event: &Charged) {
        self.heard.fetch_add(1_000, SeqCst);
    }
}

#[derive(Default)]
struct Ledger;

#[handler]
impl Ledger {
    fn on_placed(&self, event: &Placed) -> Result<(), Trouble> {
        if event.0 > 100 { Err(Trouble::Busy) } else { Ok(()) }
    }
}

#[mediator(hears(Placed), extension = &'static str, clock = self.clock, timer = self.clock)]
#[pipeline(Mark("inner"))]
#[derive(Default)]
struct Bank {
    clock: VirtualClock,
    payments: Payments,
    ledger: Ledger,
}

#[derive(Default)]
struct Mail {
    sent: AtomicU32,
}

#[handler]
impl Mail {
    fn on_placed(&self, event: &Placed) {
        self.sent.fetch_add(event.0, SeqCst);
    }

    async fn ask(&self, _cmd: Ask, cx: &mut Context<impl Sends<Look>>) -> Seen {
        cx.send(Look).await.unwrap()
    }
}

#[mediator(nested, extension = &'static str, clock = self.clock, timer = self.clock)]
#[pipeline(Mark("outer"), commands: Timeout::secs(9), queries: Timeout::secs(9))]
#[derive(Default)]
struct Shop {
    clock: VirtualClock,
    #[pipeline(Mark("field"))]
    bank: Bank,
    mail: Mail,
}

/// Two levels deep.
#[mediator(extension = &'static str)]
#[derive(Default)]
struct Street {
    shop: Shop,
}

#[tokio::test]
async fn commands_go_through_both_pipelines() {
    let shop = Shop::default();
    assert_eq!(shop.send(Charge(5)).await, Ok(5));
    assert_eq!(
        marks(),
        ["outer", "field", "inner", "handler", "inner", "/inner", "/inner", "/field", "/outer"],
        "and what the inner handler publishes stays inside",
    );
    assert_eq!(shop.send(Charge(500)).await, Err(Error::Handler(Trouble::Wrong)), "the error is typed still");
    assert_eq!(shop.send(Balance).await, Ok(5));
    assert_eq!(shop.bank.payments.heard.load(SeqCst), 2_000);
}

#[tokio::test]
async fn streams_go_through_both_pipelines() {
    let shop = Shop::default();
    let rows = collect_ready(shop.stream(Entries)).await;
    assert_eq!(rows, [Ok(1), Ok(2), Err(Error::Handler(Trouble::Stale))]);
    let marks = marks();
    assert_eq!(marks.len(), 7);
    assert_eq!(marks[..4], ["outer", "field", "inner", "opened"]);
}

#[tokio::test]
async fn outer_events_enter_where_the_inner_mediator_says_so() {
    let shop = Shop::default();
    shop.publish(Placed(3)).await.unwrap();
    assert_eq!((shop.mail.sent.load(SeqCst), shop.bank.payments.heard.load(SeqCst)), (3, 3));
    let error = shop.publish(Placed(500)).await.unwrap_err();
    assert_eq!(shop.mail.sent.load(SeqCst), 503, "the outer handler ran");
    assert_eq!(error.failed(), 1, "the inner mediator is one who hears");
    assert_eq!((error.failures()[0].handler, error.failures()[0].error.class()), ("Bank", Class::Unknown));
}

#[tokio::test]
async fn the_inner_mediator_works_on_its_own() {
    let shop = Shop::default();
    assert_eq!(shop.bank.send(Charge(7)).await, Ok(7));
    assert_eq!(shop.send(Balance).await, Ok(7));
    assert_eq!(shop.bank.publish(Placed(500)).await.unwrap_err().failed(), 2);
}

#[tokio::test]
async fn two_levels_deep() {
    let street = Street::default();
    assert_eq!(street.send(Charge(5)).await, Ok(5));
    assert_eq!(street.send(Ask).await.unwrap().user, None);
    assert_eq!(collect_ready(street.stream(Entries)).await.len(), 3);
    assert_eq!(street.send_with(Look, Call::new().extension(&"ann")).await.unwrap().user, Some("ann"));
}

#[tokio::test]
async fn deadline_extension_and_correlation_reach_the_inner_handlers() {
    let shop = Shop::default();
    let call = Call::new().extension(&"ann").correlation(Id::new(7));
    for seen in [shop.send_with(Look, call).await.unwrap(), shop.send_with(Ask, call).await.unwrap()] {
        assert_eq!(seen.deadline, Some(Instant::after_origin(Duration::from_secs(9))));
        assert_eq!((seen.user, seen.correlation), (Some("ann"), Id::new(7)));
    }
    assert_eq!(shop.send(Look).await.unwrap().user, None);
}

#[tokio::test]
async fn a_cancellation_reaches_the_inner_mediator() {
    let shop = Shop::default();
    let cancel = Cancel::new();
    cancel.cancel();
    assert_eq!(shop.send_with(Charge(1), Call::new().cancel(&cancel)).await, Err(Error::Cancelled));
    assert!(!shop.send_with(Look, Call::new().cancel(&Cancel::new())).await.unwrap().cancelled);
}

/// Keeps the ids of the message that passes.
#[derive(Default)]
struct Passed(std::sync::Mutex<Vec<(Id, Id)>>);

impl<M: Message, S: Dispatched> Behavior<M, S> for Passed {
    async fn around<N: Next<M, S>>(&self, input: M::In<'_>, cx: &mut Context<S>, next: N) -> Outcome<M> {
        self.0.lock().unwrap().push((cx.message_id(), cx.causation_id()));
        next.run(input, cx).await
    }
}

#[mediator(extension = &'static str)]
#[pipeline(self.passed)]
#[derive(Default)]
struct Watched {
    passed: Passed,
    bank: Bank,
}

/// It has one id, wherever it is handled: what a trace outside shows is what a handler inside stores.
#[tokio::test]
async fn a_message_stays_the_same_message_on_its_way_inside() {
    let watched = Watched::default();
    let inside = watched.send(Look).await.unwrap();
    let outside = watched.passed.0.lock().unwrap().pop().unwrap();
    assert_eq!((inside.message, inside.causation), outside);
    assert_eq!(inside.correlation, inside.message);
}

#[mediator(nested, clock = self.clock, timer = self.clock)]
#[pipeline(Timeout::secs(1))]
#[derive(Default)]
struct Hurried {
    clock: VirtualClock,
    slow: Slow,
}

#[command]
struct Dawdle;

#[derive(Default)]
struct Slow;

#[handler]
impl Slow {
    async fn dawdle(&self, _cmd: Dawdle) {
        std::future::pending().await
    }
}

#[mediator]
#[derive(Default)]
struct Around {
    hurried: Hurried,
}

#[tokio::test]
async fn the_inner_pipeline_runs_on_the_inner_ports() {
    let around = Around::default();
    let clock = around.hurried.clock.clone();
    assert_eq!(drive(&clock, around.send(Dawdle)).await, (Err(Error::Timeout), vec![Duration::from_secs(1)]));
}
