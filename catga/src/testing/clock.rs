use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use super::lock;
use crate::time::{Clock, Instant, Timer};

/// When the wall clock says at the origin: 2025-07-01 UTC, inside of every id layout's range.
const ORIGIN_UNIX_MS: u64 = 1_751_328_000_000;

/// A clock and a timer that stand still until they are told to move. Clones share the time.
#[derive(Clone, Default)]
pub struct VirtualClock {
    state: Arc<Mutex<State>>,
}

#[derive(Default)]
struct State {
    now: Duration,
    next: u64,
    sleepers: Vec<Sleeper>,
}

struct Sleeper {
    number: u64,
    until: Duration,
    waker: Option<Waker>,
}

impl VirtualClock {
    /// At its origin.
    pub fn new() -> Self {
        Self::default()
    }

    /// Moves the time, and wakes those whose wait has ended.
    pub fn advance(&self, by: Duration) {
        let mut state = lock(&self.state);
        state.now += by;
        let now = state.now;
        let due: Vec<Waker> = state
            .sleepers
            .iter_mut()
            .filter(|sleeper| sleeper.until <= now)
            .filter_map(|sleeper| sleeper.waker.take())
            .collect();
        drop(state);
        due.into_iter().for_each(Waker::wake);
    }

    /// Moves the time to the end of the next wait, and says how far that was; `None` where nobody waits.
    pub fn advance_to_next(&self) -> Option<Duration> {
        let by = {
            let state = lock(&self.state);
            let next = state.sleepers.iter().map(|sleeper| sleeper.until).filter(|until| *until > state.now).min()?;
            next - state.now
        };
        self.advance(by);
        Some(by)
    }

    /// How many waits have begun and not ended.
    pub fn waiting(&self) -> usize {
        let state = lock(&self.state);
        state.sleepers.iter().filter(|sleeper| sleeper.until > state.now).count()
    }
}

impl fmt::Debug for VirtualClock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("VirtualClock").field("now", &self.now()).field("waiting", &self.waiting()).finish()
    }
}

impl Clock for VirtualClock {
    fn now(&self) -> Instant {
        Instant::after_origin(lock(&self.state).now)
    }

    fn unix_ms(&self) -> u64 {
        ORIGIN_UNIX_MS + lock(&self.state).now.as_millis() as u64
    }
}

#[diagnostic::do_not_recommend]
impl Timer for VirtualClock {
    type Sleep = VirtualSleep;

    fn sleep(&self, duration: Duration) -> VirtualSleep {
        let mut state = lock(&self.state);
        let number = state.next;
        state.next += 1;
        let until = state.now.saturating_add(duration);
        state.sleepers.push(Sleeper { number, until, waker: None });
        VirtualSleep { clock: self.clone(), number }
    }
}

/// A wait on a [`VirtualClock`].
#[derive(Debug)]
pub struct VirtualSleep {
    clock: VirtualClock,
    number: u64,
}

impl Future for VirtualSleep {
    type Output = ();

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        let mut state = lock(&self.clock.state);
        let now = state.now;
        match state.sleepers.iter_mut().find(|sleeper| sleeper.number == self.number) {
            Some(sleeper) if sleeper.until > now => {
                sleeper.waker = Some(cx.waker().clone());
                Poll::Pending
            }
            _ => Poll::Ready(()),
        }
    }
}

impl Drop for VirtualSleep {
    fn drop(&mut self) {
        lock(&self.clock.state).sleepers.retain(|sleeper| sleeper.number != self.number);
    }
}
