/// What the breaker is doing, and a generation that each opening begins anew, so that a late answer
/// of an earlier time counts for nothing. Packed: 2 bits, 20 bits, 42 bits.
#[derive(Clone, Copy)]
pub(super) struct State {
    pub(super) mode: Mode,
    pub(super) generation: u64,
}

#[derive(Clone, Copy)]
pub(super) enum Mode {
    Closed { failures: u64 },
    Open { until_ms: u64 },
    HalfOpen { admitted: u64, succeeded: u64 },
    Isolated,
}

/// A mode without what it counts.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Kind {
    Closed,
    Open,
    HalfOpen,
    Isolated,
}

impl Mode {
    pub(super) fn kind(self) -> Kind {
        match self {
            Self::Closed { .. } => Kind::Closed,
            Self::Open { .. } => Kind::Open,
            Self::HalfOpen { .. } => Kind::HalfOpen,
            Self::Isolated => Kind::Isolated,
        }
    }
}

const GENERATIONS: u64 = 1 << 20;
const VALUE_BITS: u32 = 42;
pub(super) const MODE: u64 = 0b11 << 62;
const COUNT_BITS: u32 = 21;
const VALUE: u64 = (1 << VALUE_BITS) - 1;
/// Where the generation is.
pub(super) const GENERATION: u64 = (GENERATIONS - 1) << VALUE_BITS;
pub(super) const COUNT: u64 = (1 << COUNT_BITS) - 1;

impl State {
    pub(super) fn unpack(packed: u64) -> Self {
        let value = packed & VALUE;
        let mode = match packed >> 62 {
            0 => Mode::Closed { failures: value },
            1 => Mode::Open { until_ms: value },
            2 => Mode::HalfOpen { admitted: value >> COUNT_BITS, succeeded: value & COUNT },
            _ => Mode::Isolated,
        };
        Self { mode, generation: (packed & GENERATION) >> VALUE_BITS }
    }

    pub(super) fn pack(self) -> u64 {
        let (mode, value) = match self.mode {
            Mode::Closed { failures } => (0, failures.min(VALUE)),
            Mode::Open { until_ms } => (1, until_ms.min(VALUE)),
            Mode::HalfOpen { admitted, succeeded } => (2, (admitted << COUNT_BITS) | succeeded),
            Mode::Isolated => (3, 0),
        };
        (mode << 62) | ((self.generation % GENERATIONS) << VALUE_BITS) | value
    }
}
