use super::permit::Permit;
use super::state::{COUNT, Kind, MODE, Mode, State};
use super::{AtomicU64, Ordering};

/// What a breaker did, and what it does from now on, which is something else.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[must_use]
pub(super) struct Turn {
    pub(super) from: Kind,
    pub(super) to: Kind,
}

impl Turn {
    fn of(from: Mode, to: Mode) -> Option<Self> {
        let (from, to) = (from.kind(), to.kind());
        (from != to).then_some(Self { from, to })
    }
}

/// What a breaker does now, in one word: it is told when a call begins and how it ends, and at what time, in
/// milliseconds.
#[derive(Debug)]
pub(super) struct Switch {
    open_ms: u64,
    probes: u32,
    state: AtomicU64,
}

impl Switch {
    /// Closed; once open it stays so for `open_ms`, and one probe then decides.
    pub(super) const fn new(open_ms: u64) -> Self {
        Self { open_ms, probes: 1, state: AtomicU64::new(0) }
    }

    /// How many probes have to succeed before it closes; at least one.
    pub(super) const fn set_probes(&mut self, probes: u32) {
        self.probes = if probes == 0 {
            1
        } else if probes as u64 > COUNT {
            COUNT as u32
        } else {
            probes
        };
    }

    #[inline]
    pub(super) fn packed(&self) -> u64 {
        self.state.load(Ordering::Acquire)
    }

    pub(super) fn mode(&self) -> Mode {
        State::unpack(self.packed()).mode
    }

    pub(super) const fn probes(&self) -> u64 {
        self.probes as u64
    }

    /// Lets a call pass where it is closed.
    #[inline]
    pub(super) fn admit(&self) -> Result<Permit, u64> {
        let packed = self.packed();
        if packed & MODE == 0 { Ok(Permit::of(packed)) } else { Err(packed) }
    }

    /// Lets a call pass as a probe, or says for how long not, where it was not closed. The first probe turns it.
    #[cold]
    pub(super) fn admit_probe(&self, mut packed: u64, now_ms: u64) -> (Permit, Option<Turn>) {
        loop {
            let state = State::unpack(packed);
            let mode = match state.mode {
                Mode::Closed { .. } => state.mode,
                Mode::Isolated => return (Permit::refused(0), None),
                Mode::Open { until_ms } => match until_ms.saturating_sub(now_ms) {
                    0 => Mode::HalfOpen { admitted: 1, succeeded: 0 },
                    left => return (Permit::refused(left), None),
                },
                Mode::HalfOpen { admitted, .. } if admitted >= self.probes() => return (Permit::refused(0), None),
                Mode::HalfOpen { admitted, succeeded } => Mode::HalfOpen { admitted: admitted + 1, succeeded },
            };
            let next = State { mode, ..state }.pack();
            match self.state.compare_exchange_weak(packed, next, Ordering::AcqRel, Ordering::Acquire) {
                Ok(_) if matches!(mode, Mode::HalfOpen { .. }) => {
                    return (Permit::probe(next), Turn::of(state.mode, mode));
                }
                Ok(_) => return (Permit::of(next), None),
                Err(now) => packed = now,
            }
        }
    }

    /// A call has succeeded that was not [idle](Permit::is_idle).
    pub(super) fn succeeded(&self, permit: Permit) -> Option<Turn> {
        self.change(permit, |mode| match mode {
            Mode::Closed { failures } if failures > 0 => Some(Mode::Closed { failures: 0 }),
            Mode::HalfOpen { admitted, succeeded } if permit.is_probe() => {
                let succeeded = succeeded + 1;
                Some(if succeeded >= self.probes() {
                    Mode::Closed { failures: 0 }
                } else {
                    Mode::HalfOpen { admitted, succeeded }
                })
            }
            _ => None,
        })
    }

    /// A call has failed, which may open it. While it is closed, `opens` says what so many failures in a row come to.
    pub(super) fn failed(&self, permit: Permit, now_ms: u64, opens: impl Fn(u64) -> bool) -> Option<Turn> {
        let opened = Mode::Open { until_ms: now_ms.saturating_add(self.open_ms) };
        self.change(permit, |mode| match mode {
            Mode::Closed { failures } if !opens(failures + 1) => Some(Mode::Closed { failures: failures + 1 }),
            Mode::Closed { .. } => Some(opened),
            Mode::HalfOpen { .. } if permit.is_probe() => Some(opened),
            _ => None,
        })
    }

    /// A probe that was dropped gives its place back.
    pub(super) fn abandoned(&self, permit: Permit) {
        let _none = self.change(permit, |mode| match mode {
            Mode::HalfOpen { admitted, succeeded } if permit.is_probe() => {
                Some(Mode::HalfOpen { admitted: admitted.saturating_sub(1), succeeded })
            }
            _ => None,
        });
    }

    /// Whatever it did, it does this from now on, and no call that has begun before counts.
    pub(super) fn set(&self, mode: Mode) -> Option<Turn> {
        let before = self.state.fetch_update(Ordering::AcqRel, Ordering::Acquire, |packed| {
            Some(State { mode, generation: State::unpack(packed).generation + 1 }.pack())
        });
        before.ok().and_then(|packed| Turn::of(State::unpack(packed).mode, mode))
    }

    /// Changes the state, if it is still that of the permit's generation, and says whether that turned it. Opening
    /// begins the next generation.
    fn change(&self, permit: Permit, change: impl Fn(Mode) -> Option<Mode>) -> Option<Turn> {
        let mut turn = None;
        let _unchanged = self.state.fetch_update(Ordering::AcqRel, Ordering::Acquire, |packed| {
            turn = None;
            if !permit.is_of(packed) {
                return None;
            }
            let state = State::unpack(packed);
            let mode = change(state.mode)?;
            turn = Turn::of(state.mode, mode);
            let generation = state.generation + u64::from(matches!(mode, Mode::Open { .. }));
            Some(State { mode, generation }.pack())
        });
        turn
    }
}
