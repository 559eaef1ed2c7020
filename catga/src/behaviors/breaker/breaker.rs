use core::future::Future;
use core::time::Duration;

use super::future::Guarded;
use super::permit::Permit;
use super::state::{Kind, Mode};
use super::switch::{Switch, Turn};
use super::watch::Watch;
use super::window::Window;
use crate::mediator::needs_clock;
use crate::message::{Message, Outcome};
use crate::pipeline::{Behavior, Declares, Next};
use crate::scope::{Context, Dispatched, Mediator, Scope as _};
use crate::time::Clock;

/// Stops sending to what keeps failing, and finds out with a few probes whether it has recovered.
///
/// Closed: everything passes; so many failures in a row open it, or [too many](Self::by_rate) of the last calls. Open:
/// everything is refused with [`Error::Unavailable`](crate::Error::Unavailable), which says how long. Then half-open:
/// exactly its probes pass, and no more; when all of them succeed it closes, and the first that fails opens it again. A
/// probe that is dropped before it answers gives its place back.
///
/// A call that is dropped counts for nothing, so put a `Timeout` inside of it, not only around it: a
/// handler that hangs then fails where the breaker sees it.
///
/// A failure is an error of class `Transient` or `Unknown`, or a panic; a handler that says no
/// (`Permanent`, `Conflict`) works. It is lock-free and has a state, so it is a field, which whoever runs the program
/// may [isolate](Self::isolate) and [close](Self::close). A [`Watch`] is [told](CircuitBreaker::watched_by) when it turns.
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
pub struct CircuitBreaker<W = ()> {
    opens: Opens,
    switch: Switch,
    watch: W,
}

/// What opens it.
#[derive(Debug)]
enum Opens {
    /// So many failures in a row.
    InARow(u32),
    /// So many of a hundred.
    ByRate { percent: u64, least: u64, window: Window },
}

/// Which part of the calls may fail before a [`CircuitBreaker`] opens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FailureRate {
    /// Of a hundred calls so many, or more, are too many; from 1 to 100.
    pub percent: u8,
    /// Fewer calls than this say nothing.
    pub least: u32,
    /// Of what time: the calls that ended in it count. It moves on in eighths.
    pub window: Duration,
}

/// What a [`CircuitBreaker`] does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Circuit {
    /// It lets everything pass.
    Closed,
    /// It lets nothing pass until its time is over.
    Open,
    /// It lets its probes pass.
    HalfOpen,
    /// It lets nothing pass until it is told to.
    Isolated,
}

impl CircuitBreaker {
    /// Opens after `failures` in a row (at least one), for `open`, which is rounded up to milliseconds; one probe then
    /// decides.
    pub const fn new(failures: u32, open: Duration) -> Self {
        let failures = if failures == 0 { 1 } else { failures };
        Self { opens: Opens::InARow(failures), switch: Switch::new(up_to_millis(open)), watch: () }
    }

    /// Opens when too many of the last calls have failed, for `open`; one probe then decides.
    ///
    /// It counts each call, so it costs a clock reading and two atomic writes a call more than one that opens after
    /// failures in a row.
    ///
    /// ```
    /// # use catga::prelude::*;
    /// # use std::time::Duration;
    /// let rate = FailureRate { percent: 50, least: 20, window: Duration::from_secs(10) };
    /// let breaker = CircuitBreaker::by_rate(rate, Duration::from_secs(30)).probes(3);
    /// ```
    pub const fn by_rate(rate: FailureRate, open: Duration) -> Self {
        let percent = match rate.percent {
            0 => 1,
            101.. => 100,
            percent => percent as u64,
        };
        let window = Window::new(rate.window.as_millis() as u64);
        Self {
            opens: Opens::ByRate { percent, least: rate.least as u64, window },
            switch: Switch::new(up_to_millis(open)),
            watch: (),
        }
    }

    /// Tells `watch` of each of its turns.
    pub const fn watched_by<W: Watch>(self, watch: W) -> CircuitBreaker<W> {
        let Self { opens, switch, watch: () } = self;
        CircuitBreaker { opens, switch, watch }
    }
}

impl<W> CircuitBreaker<W> {
    /// How many probes have to succeed before it closes; at least one, at most two million.
    #[must_use]
    pub const fn probes(mut self, probes: u32) -> Self {
        self.switch.set_probes(probes);
        self
    }

    /// What it does at this time of the mediator's clock.
    pub fn circuit(&self, clock: &impl Clock) -> Circuit {
        match self.switch.mode() {
            Mode::Closed { .. } => Circuit::Closed,
            Mode::Open { until_ms } if now_ms(clock) < until_ms => Circuit::Open,
            Mode::Open { .. } | Mode::HalfOpen { .. } => Circuit::HalfOpen,
            Mode::Isolated => Circuit::Isolated,
        }
    }

    /// Whether it refuses now.
    pub fn is_open(&self, clock: &impl Clock) -> bool {
        match self.switch.mode() {
            Mode::Closed { .. } => false,
            Mode::Open { until_ms } => now_ms(clock) < until_ms,
            Mode::HalfOpen { admitted, .. } => admitted >= self.switch.probes(),
            Mode::Isolated => true,
        }
    }

    /// Who is told of its turns.
    pub const fn watch(&self) -> &W {
        &self.watch
    }

    fn forget(&self) {
        if let Opens::ByRate { window, .. } = &self.opens {
            window.clear();
        }
    }

    /// Where the call's end is counted, if it is: what it is one of, and how many are too many.
    fn counting(&self, permit: Permit) -> Option<(&Window, u64, u64)> {
        match &self.opens {
            Opens::ByRate { percent, least, window } if !permit.is_probe() && permit.is_of(self.switch.packed()) => {
                Some((window, *percent, *least))
            }
            _ => None,
        }
    }

    #[cold]
    pub(super) fn abandoned(&self, permit: Permit) {
        self.switch.abandoned(permit);
    }
}

impl<W: Watch> CircuitBreaker<W> {
    /// Refuses everything until [`close`](Self::close) is called, as before maintenance. What runs goes on, and its end
    /// counts for nothing.
    pub fn isolate(&self) {
        self.begin_anew(Mode::Isolated);
    }

    /// Closes it, whatever it did, and forgets what has failed. What runs goes on, and its end counts for nothing.
    pub fn close(&self) {
        self.begin_anew(Mode::Closed { failures: 0 });
    }

    fn begin_anew(&self, mode: Mode) {
        let turn = self.switch.set(mode);
        self.forget();
        self.tell(turn);
    }

    fn tell(&self, turn: Option<Turn>) {
        if let Some(Turn { from, to }) = turn {
            self.watch.turned(from.into(), to.into());
        }
    }

    /// Where it is not closed.
    #[cold]
    fn admit_probe(&self, packed: u64, clock: &impl Clock) -> Permit {
        /// A probe that is not yet a call's: what is told of it may panic.
        struct Told<'b, W>(&'b CircuitBreaker<W>, Permit);

        impl<W> Drop for Told<'_, W> {
            fn drop(&mut self) {
                self.0.abandoned(self.1);
            }
        }

        let (permit, turn) = self.switch.admit_probe(packed, now_ms(clock));
        if turn.is_some() {
            let told = Told(self, permit);
            self.tell(turn);
            core::mem::forget(told);
        }
        permit
    }

    #[inline]
    pub(super) fn succeeded(&self, permit: Permit, clock: &impl Clock) {
        // The common case writes nothing.
        if !permit.is_idle(self.switch.packed()) || matches!(self.opens, Opens::ByRate { .. }) {
            self.count_success(permit, clock);
        }
    }

    #[cold]
    fn count_success(&self, permit: Permit, clock: &impl Clock) {
        if let Some((window, ..)) = self.counting(permit) {
            window.record(now_ms(clock), false);
        }
        let turn = self.switch.succeeded(permit);
        self.tell(turn);
    }

    #[cold]
    pub(super) fn failed(&self, permit: Permit, clock: &impl Clock) {
        let now_ms = now_ms(clock);
        let too_many = self.counting(permit).is_some_and(|(window, percent, least)| {
            window.record(now_ms, true);
            let (ended, failed) = window.count(now_ms);
            ended >= least && failed * 100 >= percent * ended
        });
        let turn = self.switch.failed(permit, now_ms, |in_a_row| match self.opens {
            Opens::InARow(failures) => in_a_row >= u64::from(failures),
            Opens::ByRate { .. } => too_many,
        });
        // A failure turns it no other way.
        if turn.is_some() {
            self.forget();
            self.tell(turn);
        }
    }
}

impl From<Kind> for Circuit {
    fn from(kind: Kind) -> Self {
        match kind {
            Kind::Closed => Self::Closed,
            Kind::Open => Self::Open,
            Kind::HalfOpen => Self::HalfOpen,
            Kind::Isolated => Self::Isolated,
        }
    }
}

/// Milliseconds, a part of one counted as one: what is open for less is not closed at once.
const fn up_to_millis(span: Duration) -> u64 {
    span.as_nanos().div_ceil(1_000_000) as u64
}

fn now_ms(clock: &impl Clock) -> u64 {
    clock.now().since_origin().as_millis() as u64
}

#[cfg(feature = "std")]
impl<W> crate::behaviors::Idle for CircuitBreaker<W> {
    fn is_idle(&self, clock: &impl Clock) -> bool {
        let is_closed = matches!(self.switch.mode(), Mode::Closed { failures: 0 });
        is_closed
            && match &self.opens {
                Opens::InARow(_) => true,
                Opens::ByRate { window, .. } => window.count(now_ms(clock)).0 == 0,
            }
    }
}

impl<W> Declares for CircuitBreaker<W> {
    const NEEDS_CLOCK: bool = true;
}

impl<M: Message, S: Dispatched, W: Watch> Behavior<M, S> for CircuitBreaker<W> {
    #[inline]
    fn around<N: Next<M, S>>(
        &self,
        input: M::In<'_>,
        cx: &mut Context<S>,
        next: N,
    ) -> impl Future<Output = Outcome<M>> + Send {
        const { needs_clock::<<S::App as Mediator>::Clock>("CircuitBreaker") };
        let root = cx.root();
        let permit = match self.switch.admit() {
            Ok(permit) => permit,
            Err(packed) => self.admit_probe(packed, root.app().clock()),
        };
        Guarded::new(self, permit, root, move || next.run(input, cx))
    }
}
