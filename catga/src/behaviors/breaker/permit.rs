use core::time::Duration;

use super::state::GENERATION;

/// What the breaker said to a call. Let through: the generation, whether it is a probe, and whether it
/// has answered. Refused: for how long. One word, as it is copied with every call, and where nothing has
/// failed the very word of the state.
#[derive(Clone, Copy)]
pub(super) struct Permit(u64);

impl Permit {
    const PROBE: u64 = 1;
    const ANSWERED: u64 = 2;
    const FLAGS: u32 = 2;

    /// Let through in the generation of a packed state.
    #[inline]
    pub(super) fn of(packed: u64) -> Self {
        Self(packed & GENERATION)
    }

    pub(super) fn probe(packed: u64) -> Self {
        Self(packed & GENERATION | Self::PROBE)
    }

    /// Refused for so many milliseconds, zero where nobody knows. There is no answer to wait for.
    pub(super) fn refused(left_ms: u64) -> Self {
        Self((left_ms << Self::FLAGS) | Self::PROBE | Self::ANSWERED)
    }

    /// How long a refused call should wait.
    pub(super) fn retry_after(self) -> Option<Duration> {
        let left_ms = self.0 >> Self::FLAGS;
        (left_ms > 0).then(|| Duration::from_millis(left_ms))
    }

    pub(super) fn is_refused(self) -> bool {
        self.0 & (Self::PROBE | Self::ANSWERED) == Self::PROBE | Self::ANSWERED
    }

    pub(super) fn is_of(self, packed: u64) -> bool {
        self.0 & GENERATION == packed & GENERATION
    }

    /// Whether its success changes nothing: it is no probe, and the breaker is as it was, closed and
    /// without a failure.
    #[inline]
    pub(super) fn is_idle(self, packed: u64) -> bool {
        self.0 == packed
    }

    pub(super) fn is_probe(self) -> bool {
        self.0 & Self::PROBE != 0
    }

    pub(super) fn is_answered(self) -> bool {
        self.0 & Self::ANSWERED != 0
    }

    /// Marks it, and gives it as it was.
    #[inline]
    pub(super) fn answered(&mut self) -> Self {
        let permit = *self;
        self.0 = Self::ANSWERED;
        permit
    }
}
