use core::time::Duration;

/// What the breaker said to a call. Let through: the generation, whether it is a probe, and whether it
/// has answered. Refused: for how long. One word, as it is copied with every call.
#[derive(Clone, Copy)]
pub(super) struct Permit(u64);

impl Permit {
    const PROBE: u64 = 1;
    const ANSWERED: u64 = 2;
    const FLAGS: u32 = 2;

    #[inline]
    pub(super) fn new(generation: u64, is_probe: bool) -> Self {
        Self((generation << Self::FLAGS) | if is_probe { Self::PROBE } else { 0 })
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

    pub(super) fn generation(self) -> u64 {
        self.0 >> Self::FLAGS
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
