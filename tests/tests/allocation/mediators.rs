//! The same handlers behind the pipelines that are counted.

use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::time::Duration;

use catga::message::MessageInfo;
use catga::prelude::*;

use crate::parts::{Caller, First, Get, Pass, Payments, Second, Third, wait};

#[mediator(extension = Caller, nested, hears(Charged, InOrder, UnlessOneFails))]
pub struct Bare {
    pub payments: Payments,
    pub first: First,
    pub second: Second,
    pub third: Third,
}

/// All of it in a mediator inside of this one.
#[mediator(extension = Caller)]
#[pipeline(Pass)]
pub struct Around {
    pub bare: Bare,
}

#[mediator(extension = Caller)]
#[pipeline(Pass, Pass, Pass, Pass, Pass)]
pub struct Passing {
    pub payments: Payments,
    pub first: First,
    pub second: Second,
    pub third: Third,
}

#[mediator(extension = Caller)]
#[pipeline(
    Trace,
    Validate,
    Timeout::secs(5),
    commands: Retry::times(3),
    queries: Retry::times(3),
    self.breaker,
)]
pub struct Production {
    pub breaker: CircuitBreaker,
    pub payments: Payments,
    pub first: First,
    pub second: Second,
    pub third: Third,
}

/// Counts calls.
#[derive(Default)]
pub struct Calls(pub AtomicU64);

impl Meter for Calls {
    fn record(&self, _: &'static MessageInfo, _: Ending, _: Duration) {
        self.0.fetch_add(1, Relaxed);
    }
}

/// Anybody may, and nothing is recovered from.
pub struct Lenient;

impl<M: Message, X> Policy<M, X> for Lenient {
    fn check(&self, _: &M, _: Option<&X>) -> Result<(), Denial> {
        Ok(())
    }
}

impl<M: Message, X: Sync> AsyncPolicy<M, X> for Lenient {
    async fn check(&self, _: &M, _: Option<&X>) -> Result<(), Denial> {
        wait().await;
        Ok(())
    }
}

impl<M: Message> Recover<M> for Lenient {
    type Kept = ();

    fn keep(&self, _: &M) {}

    async fn recover(&self, (): (), error: Error<M::Error>) -> Outcome<M> {
        Err(error)
    }
}

#[mediator(extension = Caller)]
#[pipeline(
    Metrics(self.calls),
    Metrics(()),
    Log::everything(),
    CatchPanic,
    Authorize(Lenient),
    AuthorizeAsync(self.lenient),
    commands: Fallback(self.lenient),
    queries: Hedge::after_millis(50),
)]
pub struct Guarded {
    pub calls: Calls,
    pub lenient: Lenient,
    pub payments: Payments,
    pub first: First,
    pub second: Second,
    pub third: Third,
}

/// Who calls.
impl<M: Message, X> KeyOf<M, u64, X> for Lenient {
    fn key(&self, _: &M, caller: Option<&X>) -> u64 {
        u64::from(caller.is_some())
    }
}

#[mediator(extension = Caller)]
#[pipeline(self.bulkhead, self.limit, self.turns, self.each, queries: self.cache)]
pub struct Bounded {
    pub bulkhead: Bulkhead,
    pub limit: RateLimit,
    pub turns: Throttle,
    pub each: PerKey<u64, Lenient, CircuitBreaker>,
    pub cache: Cache<Get>,
    pub payments: Payments,
    pub first: First,
    pub second: Second,
    pub third: Third,
}
