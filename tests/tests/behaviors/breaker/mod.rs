//! `CircuitBreaker` on virtual time: one call after the other, and under many callers at once.

mod ends;
mod model;
mod probes;
mod rate;
mod states;
mod watch;

use std::sync::atomic::{AtomicU32, Ordering::SeqCst};
use std::time::Duration;

use catga::prelude::*;
use catga::testing::VirtualClock;
use catga_tests::Trouble;
use futures_util::{Stream, stream};
use tokio::sync::Notify;

const SECOND: Duration = Duration::from_secs(1);
const OPEN: Duration = Duration::from_secs(10);

/// What the handler is to do.
#[derive(Clone, Copy)]
enum Do {
    Answer,
    Fail(Trouble),
    Panic,
    /// Waits for the test, and then does the rest.
    Wait(&'static Do),
}

#[command(reply = (), error = Trouble)]
struct Call(Do);

#[query(stream = u32, error = Trouble)]
struct List(Do);

#[event]
struct Told(Do);

/// Past the breaker.
#[command]
struct Crash;

struct Remote {
    breaker: CircuitBreaker,
    reached: AtomicU32,
    go_on: Notify,
}

impl Remote {
    fn act(&self, what: Do) -> Result<(), Trouble> {
        match what {
            Do::Answer => Ok(()),
            Do::Fail(trouble) => Err(trouble),
            Do::Panic => panic!("the remote panics"),
            Do::Wait(then) => self.act(*then),
        }
    }
}

#[handler]
#[pipeline(self.breaker)]
impl Remote {
    async fn call(&self, cmd: Call) -> Result<(), Trouble> {
        self.reached.fetch_add(1, SeqCst);
        if let Do::Wait(_) = cmd.0 {
            self.go_on.notified().await;
        }
        self.act(cmd.0)
    }

    fn list(&self, query: List) -> impl Stream<Item = Result<u32, Trouble>> {
        self.reached.fetch_add(1, SeqCst);
        let end = self.act(query.0).err().map(Err);
        stream::iter([Ok(1), Ok(2)].into_iter().chain(end))
    }

    fn on_told(&self, event: &Told) -> Result<(), Trouble> {
        self.reached.fetch_add(1, SeqCst);
        self.act(event.0)
    }
}

struct Crashing;

#[handler]
impl Crashing {
    async fn crash(&self, _cmd: Crash) {
        panic!("a neighbour panics");
    }
}

#[mediator(clock = self.clock)]
struct App {
    clock: VirtualClock,
    remote: Remote,
    crashing: Crashing,
}

fn app(breaker: CircuitBreaker) -> App {
    let remote = Remote { breaker, reached: AtomicU32::new(0), go_on: Notify::new() };
    App { clock: VirtualClock::new(), remote, crashing: Crashing }
}

const BUSY: Do = Do::Fail(Trouble::Busy);

impl App {
    async fn call(&self, what: Do) -> Outcome<Call> {
        self.send(Call(what)).await
    }

    fn is_open(&self) -> bool {
        self.remote.breaker.is_open(&self.clock)
    }

    fn reached(&self) -> u32 {
        self.remote.reached.load(SeqCst)
    }

    /// Opens it and waits until it is half-open.
    async fn half_open(&self) {
        assert!(self.call(BUSY).await.is_err());
        self.clock.advance(OPEN);
    }
}

fn unavailable(after: Option<Duration>) -> Outcome<Call> {
    Err(Error::Unavailable { retry_after: after })
}
