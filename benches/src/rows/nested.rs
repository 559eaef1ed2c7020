use std::future::Future;
use std::sync::atomic::{AtomicU64, Ordering};

use catga::prelude::*;

use super::catga::{Desk, Find};
use crate::row::{Case, Row};
use crate::work;

pub(super) fn rows() -> Vec<Row> {
    vec![Row::of::<DirectSend>(), Row::of::<Send>(), Row::of::<DirectSendAndPublish>(), Row::of::<SendAndPublish>()]
}

#[command(reply = u64)]
struct Relay {
    q: u64,
}

#[command(reply = u64)]
struct RelayAndTell {
    q: u64,
}

#[event]
struct Relayed {
    q: u64,
}

#[derive(Default)]
struct Office;

#[handler]
impl Office {
    async fn relay(&self, command: Relay, cx: &mut Context<impl Sends<Find>>) -> u64 {
        cx.send(Find { q: command.q }).await.unwrap_or(0)
    }

    async fn relay_and_tell(
        &self,
        command: RelayAndTell,
        cx: &mut Context<impl Sends<Find> + Publishes<Relayed>>,
    ) -> u64 {
        let found = cx.send(Find { q: command.q }).await.unwrap_or(0);
        match cx.publish(Relayed { q: found }).await {
            Ok(()) => found,
            Err(_) => 0,
        }
    }
}

/// The same without a mediator between.
impl Office {
    async fn relay_directly(&self, command: Relay, desk: &Desk) -> u64 {
        desk.find(Find { q: command.q }).await
    }

    async fn relay_and_tell_directly(&self, command: RelayAndTell, desk: &Desk, ledger: &Ledger) -> u64 {
        let found = desk.find(Find { q: command.q }).await;
        ledger.on_relayed(&Relayed { q: found }).await;
        found
    }
}

struct Ledger {
    sum: AtomicU64,
}

impl Default for Ledger {
    fn default() -> Self {
        let ledger = Self { sum: AtomicU64::new(0) };
        work::out_of_line(ledger.on_relayed(&Relayed { q: 0 }));
        ledger
    }
}

#[handler]
impl Ledger {
    async fn on_relayed(&self, event: &Relayed) {
        let found = work!(self.sum, event.q);
        self.sum.store(found, Ordering::Relaxed);
    }
}

#[mediator]
#[derive(Default)]
struct App {
    desk: Desk,
    office: Office,
    ledger: Ledger,
}

macro_rules! case {
    ($case:ident, $name:literal, $output:ty, |$app:ident, $q:ident| $future:expr, |$answer:ident| $value:expr, $told:literal) => {
        struct $case;

        impl Case for $case {
            const NAME: &'static str = $name;
            type App = App;
            type Output = $output;

            fn app() -> App {
                App::default()
            }

            fn future($app: &App, $q: u64) -> impl Future<Output = $output> {
                $future
            }

            fn answer($answer: $output) -> u64 {
                $value
            }

            fn witness(app: &App) -> u64 {
                app.ledger.sum.load(Ordering::Relaxed)
            }

            fn expected(times: u64) -> u64 {
                work::sum(times).wrapping_mul($told)
            }
        }
    };
}

case!(
    DirectSend,
    "direct, a handler that calls",
    u64,
    |app, q| app.office.relay_directly(Relay { q }, &app.desk),
    |answer| answer,
    1
);
case!(
    Send,
    "catga, a handler that sends",
    Outcome<Relay>,
    |app, q| app.send(Relay { q }),
    |answer| answer.unwrap_or(0),
    1
);
case!(
    DirectSendAndPublish,
    "direct, a handler that calls and tells",
    u64,
    |app, q| app.office.relay_and_tell_directly(RelayAndTell { q }, &app.desk, &app.ledger),
    |answer| answer,
    2
);
case!(
    SendAndPublish,
    "catga, a handler that sends and publishes",
    Outcome<RelayAndTell>,
    |app, q| app.send(RelayAndTell { q }),
    |answer| answer.unwrap_or(0),
    2
);
