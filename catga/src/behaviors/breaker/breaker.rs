use core::future::Future;
use core::time::Duration;

use portable_atomic::{AtomicU64, Ordering};

use super::future::Guarded;
use super::permit::Permit;
use super::state::{COUNT, MODE, Mode, State};
use crate::message::{Message, Outcome};
use crate::pipeline::{Behavior, Declares, Next};
use crate::scope::{Context, Dispatched, Mediator, Scope as _};
use crate::time::Clock;

/// Stops sending to what keeps failing, and finds out with a few probes whether it has recovered.
///
/// Closed: everything passes; so many failures in a row open it. Open: everything is refused with
/// [`Error::Unavailable`](crate::Error::Unavailable), which says how long. Then half-open: exactly its probes pass, and no more;
/// when all of them succeed it closes, and the first that fails opens it again. A probe that is dropped
/// before it answers gives its place back.
///
/// A call that is dropped counts for nothing, so put a `Timeout` inside of it, not only around it: a
/// handler that hangs then fails where the breaker sees it.
///
/// A failure is an error of class `Transient` or `Unknown`, or a panic; a handler that says no
/// (`Permanent`, `Conflict`) works. It is lock-free and has a state, so it is a field:
///
/// ```
/// # use catga::prelude::*;
/// # use std::time::Duration;
/// # #[query(reply = u8)] struct Rate;
/// struct Rates { breaker: CircuitBreaker }
///
/// #[handler]
/// #[pipeline(self.breaker, Timeout::secs(1))]
/// impl Rates {
///     fn rate(&self, _query: Rate) -> u8 { 7 }
/// }
/// # let _ = Rates { breaker: CircuitBreaker::new(5, Duration::from_secs(30)) };
/// ```
///
/// Source: Nygard, "Release It!", 2007.
#[derive(Debug)]
pub struct CircuitBreaker {
    failures: u32,
    open_ms: u64,
    probes: u32,
    state: AtomicU64,
}

impl CircuitBreaker {
    /// Opens after `failures` in a row (at least one), for `open`; one probe then decides.
    pub const fn new(failures: u32, open: Duration) -> Self {
        Self {
            failures: if failures == 0 { 1 } else { failures },
            open_ms: open.as_millis() as u64,
            probes: 1,
            state: AtomicU64::new(0),
        }
    }

    /// How many probes have to succeed before it closes; at least one, at most two million.
    #[must_use]
    pub const fn probes(mut self, probes: u32) -> Self {
        self.probes = if probes == 0 {
            1
        } else if probes as u64 > COUNT {
            COUNT as u32
        } else {
            probes
        };
        self
    }

    /// Whether it refuses now.
    pub fn is_open(&self, clock: &impl Clock) -> bool {
        match State::unpack(self.state.load(Ordering::Acquire)).mode {
            Mode::Closed { .. } => false,
            Mode::Open { until_ms } => now_ms(clock) < until_ms,
            Mode::HalfOpen { admitted, .. } => admitted >= u64::from(self.probes),
        }
    }

    /// Lets a call of a breaker that is not closed pass as a probe, or says for how long not.
    #[cold]
    fn admit_probe(&self, mut packed: u64, clock: &impl Clock) -> Permit {
        loop {
            let state = State::unpack(packed);
            let mode = match state.mode {
                Mode::Closed { .. } => state.mode,
                Mode::Open { until_ms } => match until_ms.saturating_sub(now_ms(clock)) {
                    0 => Mode::HalfOpen { admitted: 1, succeeded: 0 },
                    left => return Permit::refused(left),
                },
                Mode::HalfOpen { admitted, .. } if admitted >= u64::from(self.probes) => return Permit::refused(0),
                Mode::HalfOpen { admitted, succeeded } => Mode::HalfOpen { admitted: admitted + 1, succeeded },
            };
            let next = State { mode, ..state }.pack();
            match self.state.compare_exchange_weak(packed, next, Ordering::AcqRel, Ordering::Acquire) {
                Ok(_) if matches!(mode, Mode::HalfOpen { .. }) => return Permit::probe(next),
                Ok(_) => return Permit::of(next),
                Err(now) => packed = now,
            }
        }
    }

    #[inline]
    pub(super) fn succeeded(&self, permit: Permit) {
        // The common case writes nothing.
        if !permit.is_idle(self.state.load(Ordering::Acquire)) {
            self.reset(permit);
        }
    }

    #[cold]
    fn reset(&self, permit: Permit) {
        self.change(permit, |mode| match mode {
            Mode::Closed { failures } if failures > 0 => Some(Mode::Closed { failures: 0 }),
            Mode::HalfOpen { admitted, succeeded } if permit.is_probe() => {
                let succeeded = succeeded + 1;
                Some(if succeeded >= u64::from(self.probes) {
                    Mode::Closed { failures: 0 }
                } else {
                    Mode::HalfOpen { admitted, succeeded }
                })
            }
            _ => None,
        });
    }

    #[cold]
    pub(super) fn failed(&self, permit: Permit, clock: &impl Clock) {
        let opened = Mode::Open { until_ms: now_ms(clock).saturating_add(self.open_ms) };
        self.change(permit, |mode| match mode {
            Mode::Closed { failures } if failures + 1 < u64::from(self.failures) => {
                Some(Mode::Closed { failures: failures + 1 })
            }
            Mode::Closed { .. } => Some(opened),
            Mode::HalfOpen { .. } if permit.is_probe() => Some(opened),
            _ => None,
        });
    }

    /// A probe that was dropped gives its place back.
    #[cold]
    pub(super) fn abandoned(&self, permit: Permit) {
        self.change(permit, |mode| match mode {
            Mode::HalfOpen { admitted, succeeded } if permit.is_probe() => {
                Some(Mode::HalfOpen { admitted: admitted.saturating_sub(1), succeeded })
            }
            _ => None,
        });
    }

    /// Changes the state, if it is still that of the permit's generation. Opening begins the next.
    fn change(&self, permit: Permit, change: impl Fn(Mode) -> Option<Mode>) {
        let _unchanged = self.state.fetch_update(Ordering::AcqRel, Ordering::Acquire, |packed| {
            if !permit.is_of(packed) {
                return None;
            }
            let state = State::unpack(packed);
            let mode = change(state.mode)?;
            let generation = state.generation + u64::from(matches!(mode, Mode::Open { .. }));
            Some(State { mode, generation }.pack())
        });
    }
}

fn now_ms(clock: &impl Clock) -> u64 {
    clock.now().since_origin().as_millis() as u64
}

impl Declares for CircuitBreaker {
    const NEEDS_CLOCK: bool = true;
}

impl<M: Message, S: Dispatched> Behavior<M, S> for CircuitBreaker {
    #[inline]
    fn around<N: Next<M, S>>(
        &self,
        input: M::In<'_>,
        cx: &mut Context<S>,
        next: N,
    ) -> impl Future<Output = Outcome<M>> + Send {
        const {
            assert!(
                <<S::App as Mediator>::Clock as Clock>::RUNS,
                "CATGA018: `CircuitBreaker` needs a clock; enable the feature `std` or say `#[mediator(clock = self.clock)]`"
            );
        }
        let root = cx.root();
        let packed = self.state.load(Ordering::Acquire);
        let permit = if packed & MODE == 0 {
            Permit::of(packed)
        } else {
            match self.admit_probe(packed, root.app().clock()) {
                permit if permit.is_refused() => return Guarded::<_, S> { run: None, permit, breaker: self, root },
                permit => permit,
            }
        };
        Guarded::<_, S> { run: Some(next.run(input, cx)), permit, breaker: self, root }
    }
}
