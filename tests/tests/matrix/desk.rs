//! One message of each kind, and a handler set that does with it what it is told.

use std::sync::atomic::{AtomicU32, Ordering::SeqCst};
use std::time::Duration;

use catga::error::Classify as _;
use catga::prelude::*;
use catga::testing::VirtualClock;
use catga_tests::Trouble;
use futures_util::{Stream, StreamExt as _, stream};
use serde::{Deserialize, Serialize};

/// What its handler does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum How {
    Answer,
    /// It waits for an hour.
    Wait,
    /// It waits three times for a moment.
    Slow,
    /// The first run waits for an hour, the others answer.
    WaitOnce,
    /// The first run fails with what may pass, the others answer.
    BusyOnce,
    /// The same, and each run waits for a moment before.
    SlowBusyOnce,
    /// It fails, and nobody knows what was done.
    Lose,
    /// The same, after a moment.
    SlowLose,
    /// The message is not valid.
    Invalid,
}

impl How {
    fn check(self, checks: &mut Checks) {
        checks.require("how", self != Self::Invalid, "must be valid");
    }
}

macro_rules! message {
    ($(#[$attribute:meta])* $name:ident) => {
        $(#[$attribute])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
        pub struct $name(pub How);

        impl Valid for $name {
            fn check(&self, checks: &mut Checks) {
                self.0.check(checks);
            }
        }
    };
}

message!(
    #[command(reply = u32, error = Trouble, idempotent, validate)]
    Act
);
message!(
    #[query(reply = u32, error = Trouble, validate)]
    Ask
);
message!(
    #[event(idempotent, validate)]
    Told
);
message!(
    #[query(stream = u32, error = Trouble, validate)]
    List
);

/// The kinds, in the order of the table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Command,
    Query,
    Event,
    Stream,
}

impl Kind {
    pub const ALL: [Self; 4] = [Self::Command, Self::Query, Self::Event, Self::Stream];

    /// As `MessageInfo` calls it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Command => "command",
            Self::Query => "query",
            Self::Event => "event",
            Self::Stream => "stream",
        }
    }
}

/// Counts what gets through to it.
pub struct Desk {
    pub clock: VirtualClock,
    pub begun: AtomicU32,
    inside: AtomicU32,
}

/// One that is handled; dropped when it has ended, in any way.
struct Inside<'d>(&'d Desk);

impl Drop for Inside<'_> {
    fn drop(&mut self) {
        self.0.inside.fetch_sub(1, SeqCst);
    }
}

impl Desk {
    pub fn new(clock: VirtualClock) -> Self {
        Self { clock, begun: AtomicU32::new(0), inside: AtomicU32::new(0) }
    }

    /// How many are handled now.
    pub fn inside(&self) -> u32 {
        self.inside.load(SeqCst)
    }

    pub fn begun(&self) -> u32 {
        self.begun.load(SeqCst)
    }
}

/// Apart from the handlers, as all of them do it.
pub async fn handle(desk: &Desk, how: How) -> Result<u32, Trouble> {
    let run = desk.begun.fetch_add(1, SeqCst);
    desk.inside.fetch_add(1, SeqCst);
    let _inside = Inside(desk);
    let moments = match how {
        How::Slow => 3,
        How::SlowBusyOnce | How::SlowLose => 1,
        _ => 0,
    };
    for _ in 0..moments {
        desk.clock.sleep(Duration::from_millis(1)).await;
    }
    match how {
        How::Wait => desk.clock.sleep(Duration::from_secs(3_600)).await,
        How::WaitOnce if run == 0 => desk.clock.sleep(Duration::from_secs(3_600)).await,
        How::BusyOnce | How::SlowBusyOnce if run == 0 => return Err(Trouble::Busy),
        How::Lose | How::SlowLose => return Err(Trouble::Lost),
        _ => {}
    }
    Ok(7)
}

#[handler]
impl Desk {
    async fn act(&self, command: Act) -> Result<u32, Trouble> {
        handle(self, command.0).await
    }

    async fn ask(&self, query: Ask) -> Result<u32, Trouble> {
        handle(self, query.0).await
    }

    async fn on_told(&self, event: &Told) -> Result<(), Trouble> {
        handle(self, event.0).await.map(drop)
    }

    fn list(&self, query: List) -> impl Stream<Item = Result<u32, Trouble>> {
        stream::once(handle(self, query.0))
    }
}

/// A mediator over the desk.
pub trait App: Handles<Act> + Handles<Ask> + Hears<Told> + Yields<List> {
    fn desk(&self) -> &Desk;
}

/// A mediator over the desk with a pipeline, and the fields that it names.
macro_rules! app {
    ($name:ident, [$($entry:tt)*] $(, $field:ident: $type:ty = $value:expr)*) => {
        #[mediator(clock = self.clock, timer = self.clock, random = self.random)]
        #[pipeline($($entry)*)]
        struct $name {
            clock: VirtualClock,
            random: SeededRandom,
            desk: Desk,
            $($field: $type,)*
        }

        impl $name {
            fn new() -> Self {
                let clock = VirtualClock::new();
                let desk = Desk::new(clock.clone());
                Self { clock, random: SeededRandom::new(1), desk, $($field: $value,)* }
            }
        }

        impl App for $name {
            fn desk(&self) -> &Desk {
                &self.desk
            }
        }
    };
}

pub(crate) use app;

/// One message of the kind; an error as its code.
pub async fn call(app: &impl App, kind: Kind, how: How) -> Result<(), &'static str> {
    match kind {
        Kind::Command => app.send(Act(how)).await.map(drop).map_err(|error| error.code()),
        Kind::Query => app.send(Ask(how)).await.map(drop).map_err(|error| error.code()),
        Kind::Event => app.publish(Told(how)).await.map_err(|error| error.failures()[0].error.code()),
        Kind::Stream => {
            let rows: Vec<_> = app.stream(List(how)).collect().await;
            assert_eq!(rows.len(), 1);
            rows.into_iter().next().unwrap().map(drop).map_err(|error| error.code())
        }
    }
}
