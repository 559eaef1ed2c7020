//! What a send's future holds beside its handler's: the message's place in the mediator, and what behaviors keep.

use std::future::Future;
use std::time::Duration;

use catga::prelude::*;
use tokio::time::Sleep;

#[command(reply = u64, validate)]
#[derive(Clone)]
struct Charge {
    cents: u64,
}

impl Valid for Charge {
    fn check(&self, checks: &mut Checks) {
        checks.require("cents", self.cents > 0, "must be positive");
    }
}

/// The same, and its handler keeps a kilobyte while it waits.
#[command(reply = u64)]
#[derive(Clone)]
struct ChargeAll {
    cents: u64,
}

#[command(reply = u64)]
#[derive(Clone)]
struct Relay;

#[event]
struct ToldOne;

#[event]
struct ToldFour;

/// Passes on, as a function.
struct Pass;

impl<M: Message, S: Dispatched> Behavior<M, S> for Pass {
    fn around<N: Next<M, S>>(
        &self,
        input: M::In<'_>,
        cx: &mut Context<S>,
        next: N,
    ) -> impl Future<Output = Outcome<M>> + Send {
        next.run(input, cx)
    }
}

async fn wait() {
    tokio::task::yield_now().await;
}

struct Payments;

#[handler]
impl Payments {
    async fn charge(&self, command: Charge) -> u64 {
        wait().await;
        command.cents
    }

    async fn charge_all(&self, command: ChargeAll) -> u64 {
        let all = std::hint::black_box([command.cents; 128]);
        wait().await;
        all.iter().sum()
    }

    async fn relay(&self, _command: Relay, cx: &mut Context<impl Sends<Charge>>) -> u64 {
        cx.send(Charge { cents: 1 }).await.unwrap_or(0)
    }

    async fn on_one(&self, _event: &ToldOne) {
        wait().await;
    }
}

macro_rules! ears {
    ($($ear:ident)*) => {$(
        struct $ear;

        #[handler]
        impl $ear {
            async fn on_four(&self, _event: &ToldFour) {
                wait().await;
            }
        }
    )*};
}

ears!(First Second Third Fourth);

macro_rules! mediators {
    ($($mediator:ident [$($entries:tt)*])*) => {$(
        #[mediator]
        #[pipeline($($entries)*)]
        struct $mediator {
            payments: Payments,
            first: First,
            second: Second,
            third: Third,
            fourth: Fourth,
        }

        impl $mediator {
            fn new() -> Self {
                Self { payments: Payments, first: First, second: Second, third: Third, fourth: Fourth }
            }
        }
    )*};
}

mediators! {
    Bare []
    Three [Pass, Pass, Pass]
    Five [Pass, Pass, Pass, Pass, Pass]
    Validating [Validate]
    Limited [Timeout::secs(2)]
    Retrying [commands: Retry::times(3)]
}

#[mediator]
#[pipeline(Trace, Validate, Timeout::secs(2), commands: Retry::times(3), self.breaker)]
struct Production {
    payments: Payments,
    first: First,
    second: Second,
    third: Third,
    fourth: Fourth,
    breaker: CircuitBreaker,
}

/// The bytes of the handlers' own futures.
struct Handlers {
    charge: usize,
    charge_all: usize,
    on_four: usize,
    on_one: usize,
}

fn handlers() -> Handlers {
    Handlers {
        charge: size_of_val(&Payments.charge(Charge { cents: 1 })),
        charge_all: size_of_val(&Payments.charge_all(ChargeAll { cents: 1 })),
        on_four: size_of_val(&First.on_four(&ToldFour)),
        on_one: size_of_val(&Payments.on_one(&ToldOne)),
    }
}

/// How many bytes the sends of a mediator are larger than the handlers of what they send.
fn over<A: Handles<Charge> + Handles<ChargeAll>>(app: &A) -> [usize; 2] {
    let own = handlers();
    let charge = size_of_val(&app.send(Charge { cents: 1 }));
    let charge_all = size_of_val(&app.send(ChargeAll { cents: 1 }));
    [charge - own.charge, charge_all - own.charge_all]
}

/// The most bytes that a message costs on its way.
const MOST: usize = 150;

#[test]
fn a_send_is_its_handlers_future_and_little_more() {
    let bare = over(&Bare::new());
    assert!(bare.into_iter().max() <= Some(MOST), "{bare:?}");
    assert_eq!(over(&Three::new()), bare, "what passes on keeps nothing");
    assert_eq!(over(&Five::new()), bare, "what passes on keeps nothing");
    assert!(over(&Validating::new()).into_iter().max() <= Some(MOST));
}

/// Two sends, one in the other.
#[test]
fn a_nested_send_is_counted_once_for_each_message() {
    let app = Bare::new();
    assert!(size_of_val(&app.send(Relay)) <= handlers().charge + 2 * MOST);
}

/// The handlers of an event run at once, so each has a place of its own.
#[test]
fn an_event_costs_as_much_for_each_of_its_handlers() {
    let (app, own) = (Bare::new(), handlers());
    let one = size_of_val(&app.publish(ToldOne));
    let four = size_of_val(&app.publish(ToldFour));
    assert!(one <= own.on_one + MOST, "{one}");
    assert!(four <= 4 * (own.on_four + MOST), "{four}");
}

/// What waits for time holds tokio's timer in place, as it allocates nothing: `Timeout` beside the rest of the chain,
/// `Retry` where the attempt was that failed. All else is little.
#[test]
fn behaviors_that_wait_hold_a_timer() {
    let (app, own, timer) = (Bare::new(), handlers(), size_of::<Sleep>());
    let bare = over(&app);
    let limited = over(&Limited::new());
    assert!(limited.into_iter().max() <= Some(bare[0] + timer + 16), "{limited:?}");
    let [small, large] = over(&Retrying::new());
    assert!(own.charge < timer && timer < own.charge_all);
    assert!(large <= bare[1] + 40, "{large}");
    assert!(own.charge + small <= timer + bare[0] + 72, "{small}");
    let breaker = CircuitBreaker::new(3, Duration::from_secs(1));
    let payments = Payments;
    let production = Production { payments, first: First, second: Second, third: Third, fourth: Fourth, breaker };
    let [small, large] = over(&production);
    assert!(large <= 2 * MOST + 30, "{large}");
    assert!(own.charge + small <= timer + 2 * MOST + 30, "{small}");
}
