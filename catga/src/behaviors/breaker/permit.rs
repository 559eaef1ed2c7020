/// A call that was let through: the generation, whether it is a probe, and whether it has answered.
#[derive(Clone, Copy)]
pub(super) struct Permit(u64);

impl Permit {
    const PROBE: u64 = 1;
    const ANSWERED: u64 = 2;
    const RUNNING: u64 = 4;

    pub(super) fn new(generation: u64, is_probe: bool) -> Self {
        Self((generation << 3) | if is_probe { Self::PROBE } else { 0 })
    }

    pub(super) fn generation(self) -> u64 {
        self.0 >> 3
    }

    pub(super) fn is_probe(self) -> bool {
        self.0 & Self::PROBE != 0
    }

    pub(super) fn is_answered(self) -> bool {
        self.0 & Self::ANSWERED != 0
    }

    /// Whether its call is being polled; when it is dropped like that, the call has panicked.
    pub(super) fn is_running(self) -> bool {
        self.0 & Self::RUNNING != 0
    }

    /// Polls its call.
    #[inline]
    pub(super) fn running<T>(&mut self, poll: impl FnOnce() -> T) -> T {
        self.0 |= Self::RUNNING;
        let polled = poll();
        self.0 &= !Self::RUNNING;
        polled
    }

    /// Marks it, and gives it as it was.
    pub(super) fn answered(&mut self) -> Self {
        let permit = *self;
        self.0 |= Self::ANSWERED;
        permit
    }
}
