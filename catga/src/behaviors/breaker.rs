use core::time::Duration;

use portable_atomic::{AtomicU64, Ordering};

use crate::error::{Class, Classify, Error};
use crate::message::{Message, Outcome};
use crate::pipeline::{Behavior, Next};
use crate::scope::{Context, Dispatched, Mediator as _, Scope as _};
use crate::time::Clock;

/// Stops sending to what keeps failing, and finds out with a few probes whether it has recovered.
///
/// Closed: everything passes; so many failures in a row open it. Open: everything is refused with
/// [`Error::Unavailable`], which says how long. Then half-open: exactly its probes pass, and no more;
/// when all of them succeed it closes, and the first that fails opens it again. A probe that is dropped
/// before it answers gives its place back.
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
/// #[pipeline(self.breaker)]
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

/// What the breaker is doing, and a generation that each opening begins anew, so that a late answer
/// of an earlier time counts for nothing. Packed: 2 bits, 20 bits, 42 bits.
#[derive(Clone, Copy)]
struct State {
    mode: Mode,
    generation: u64,
}

#[derive(Clone, Copy)]
enum Mode {
    Closed { failures: u64 },
    Open { until_ms: u64 },
    HalfOpen { admitted: u64, succeeded: u64 },
}

const GENERATIONS: u64 = 1 << 20;
const VALUE_BITS: u32 = 42;
const MODE: u64 = 0b11 << 62;
const COUNT_BITS: u32 = 21;
const VALUE: u64 = (1 << VALUE_BITS) - 1;
const COUNT: u64 = (1 << COUNT_BITS) - 1;

impl State {
    fn unpack(packed: u64) -> Self {
        let value = packed & VALUE;
        let mode = match packed >> 62 {
            0 => Mode::Closed { failures: value },
            1 => Mode::Open { until_ms: value },
            _ => Mode::HalfOpen { admitted: value >> COUNT_BITS, succeeded: value & COUNT },
        };
        Self { mode, generation: (packed >> VALUE_BITS) & (GENERATIONS - 1) }
    }

    fn pack(self) -> u64 {
        let (mode, value) = match self.mode {
            Mode::Closed { failures } => (0, failures.min(VALUE)),
            Mode::Open { until_ms } => (1, until_ms.min(VALUE)),
            Mode::HalfOpen { admitted, succeeded } => (2, (admitted << COUNT_BITS) | succeeded),
        };
        (mode << 62) | ((self.generation % GENERATIONS) << VALUE_BITS) | value
    }
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

    /// Lets a call pass, or says for how long not.
    #[inline]
    fn admit<'a, C: Clock>(&'a self, clock: &'a C) -> Result<Permit<'a, C>, Option<Duration>> {
        let packed = self.state.load(Ordering::Acquire);
        let state = State::unpack(packed);
        match state.mode {
            Mode::Closed { .. } => Ok(Permit { breaker: self, clock, generation: state.generation, probe: false }),
            _ => self.admit_probe(packed, clock),
        }
    }

    #[cold]
    fn admit_probe<'a, C: Clock>(&'a self, mut packed: u64, clock: &'a C) -> Result<Permit<'a, C>, Option<Duration>> {
        loop {
            let state = State::unpack(packed);
            let mode = match state.mode {
                Mode::Closed { .. } => state.mode,
                Mode::Open { until_ms } => match until_ms.saturating_sub(now_ms(clock)) {
                    0 => Mode::HalfOpen { admitted: 1, succeeded: 0 },
                    left => return Err(Some(Duration::from_millis(left))),
                },
                Mode::HalfOpen { admitted, .. } if admitted >= u64::from(self.probes) => return Err(None),
                Mode::HalfOpen { admitted, succeeded } => Mode::HalfOpen { admitted: admitted + 1, succeeded },
            };
            let next = State { mode, ..state }.pack();
            match self.state.compare_exchange_weak(packed, next, Ordering::AcqRel, Ordering::Acquire) {
                Ok(_) => {
                    let probe = matches!(mode, Mode::HalfOpen { .. });
                    return Ok(Permit { breaker: self, clock, generation: state.generation, probe });
                }
                Err(now) => packed = now,
            }
        }
    }

    /// Changes the state where the change still has a meaning.
    fn change(&self, change: impl Fn(State) -> Option<State>) {
        let _unchanged = self
            .state
            .fetch_update(Ordering::AcqRel, Ordering::Acquire, |packed| change(State::unpack(packed)).map(State::pack));
    }
}

/// A call that was let through. It reports what became of it, at the latest when it is dropped.
struct Permit<'a, C: Clock> {
    breaker: &'a CircuitBreaker,
    clock: &'a C,
    generation: u64,
    probe: bool,
}

impl<C: Clock> Permit<'_, C> {
    #[inline]
    fn succeeded(self) {
        // The common case writes nothing.
        if self.probe || self.breaker.state.load(Ordering::Acquire) & (MODE | VALUE) != 0 {
            self.reset();
        }
        core::mem::forget(self);
    }

    #[cold]
    fn reset(&self) {
        self.breaker.change(|state| match state.mode {
            _ if state.generation != self.generation => None,
            Mode::Closed { failures } if failures > 0 => Some(State { mode: Mode::Closed { failures: 0 }, ..state }),
            Mode::HalfOpen { admitted, succeeded } if self.probe => {
                let succeeded = succeeded + 1;
                let mode = if succeeded >= u64::from(self.breaker.probes) {
                    Mode::Closed { failures: 0 }
                } else {
                    Mode::HalfOpen { admitted, succeeded }
                };
                Some(State { mode, ..state })
            }
            _ => None,
        });
    }

    #[cold]
    fn failed(self) {
        self.trip();
        core::mem::forget(self);
    }

    fn trip(&self) {
        let opened = Mode::Open { until_ms: now_ms(self.clock).saturating_add(self.breaker.open_ms) };
        self.breaker.change(|state| match state.mode {
            _ if state.generation != self.generation => None,
            Mode::Closed { failures } if failures + 1 < u64::from(self.breaker.failures) => {
                Some(State { mode: Mode::Closed { failures: failures + 1 }, ..state })
            }
            Mode::Closed { .. } => Some(State { mode: opened, generation: state.generation + 1 }),
            Mode::HalfOpen { .. } if self.probe => Some(State { mode: opened, generation: state.generation + 1 }),
            _ => None,
        });
    }
}

/// Without an answer: cancelled, or a panic.
impl<C: Clock> Drop for Permit<'_, C> {
    #[cold]
    fn drop(&mut self) {
        #[cfg(feature = "std")]
        if std::thread::panicking() {
            return self.trip();
        }
        if self.probe {
            self.breaker.change(|state| match state.mode {
                Mode::HalfOpen { admitted, succeeded } if state.generation == self.generation => {
                    Some(State { mode: Mode::HalfOpen { admitted: admitted.saturating_sub(1), succeeded }, ..state })
                }
                _ => None,
            });
        }
    }
}

fn now_ms(clock: &impl Clock) -> u64 {
    clock.now().since_origin().as_millis() as u64
}

impl<M: Message, S: Dispatched> Behavior<M, S> for CircuitBreaker {
    #[inline]
    async fn around<N: Next<M, S>>(&self, input: M::In<'_>, cx: &mut Context<S>, next: N) -> Outcome<M> {
        let root = cx.root();
        let permit = match self.admit(root.app().clock()) {
            Ok(permit) => permit,
            Err(retry_after) => return Err(Error::Unavailable { retry_after }),
        };
        let outcome = next.run(input, cx).await;
        match &outcome {
            Err(error) if matches!(error.class(), Class::Transient | Class::Unknown) => permit.failed(),
            _ => permit.succeeded(),
        }
        outcome
    }
}
