use super::{AtomicU64, Ordering};

/// How many calls have ended of late, and how many of them failed: the last eighths of a time, each in a word.
///
/// An eighth is known by its number since the clock's origin, so one that has passed needs no clearing.
#[derive(Debug)]
pub(super) struct Window {
    eighth_ms: u64,
    eighths: [AtomicU64; EIGHTHS],
}

const EIGHTHS: usize = 8;
const COUNT_BITS: u32 = 20;
const COUNT: u64 = (1 << COUNT_BITS) - 1;
const NUMBER: u64 = (1 << 24) - 1;

/// What one eighth counts. Packed: 24 bits, 20 bits, 20 bits.
#[derive(Clone, Copy)]
struct Eighth {
    number: u64,
    ended: u64,
    failed: u64,
}

impl Eighth {
    const fn unpack(packed: u64) -> Self {
        Self { number: packed >> (2 * COUNT_BITS), ended: (packed >> COUNT_BITS) & COUNT, failed: packed & COUNT }
    }

    const fn pack(self) -> u64 {
        (self.number << (2 * COUNT_BITS)) | (self.ended << COUNT_BITS) | self.failed
    }

    /// One more. Of more than there is room for, halves keep the rate.
    const fn and(self, failed: bool) -> Self {
        let Self { number, ended, failed: before } = self;
        let (ended, before) = if ended >= COUNT { (ended / 2, before / 2) } else { (ended, before) };
        Self { number, ended: ended + 1, failed: before + failed as u64 }
    }
}

impl Window {
    /// The last `window_ms`, at least eight.
    pub(super) const fn new(window_ms: u64) -> Self {
        let eighth_ms = window_ms / EIGHTHS as u64;
        Self { eighth_ms: if eighth_ms == 0 { 1 } else { eighth_ms }, eighths: [const { AtomicU64::new(0) }; EIGHTHS] }
    }

    /// A call has ended.
    pub(super) fn record(&self, now_ms: u64, failed: bool) {
        let number = now_ms / self.eighth_ms;
        let at = (number % EIGHTHS as u64) as usize;
        let number = number & NUMBER;
        // Relaxed: nothing else is told by a count.
        let _always = self.eighths[at].fetch_update(Ordering::Relaxed, Ordering::Relaxed, |packed| {
            let eighth = Eighth::unpack(packed);
            let now = if eighth.number == number { eighth } else { Eighth { number, ended: 0, failed: 0 } };
            Some(now.and(failed).pack())
        });
    }

    /// How many have ended, and how many of them failed.
    pub(super) fn count(&self, now_ms: u64) -> (u64, u64) {
        let last = now_ms / self.eighth_ms;
        let (mut ended, mut failed) = (0, 0);
        for number in last.saturating_sub(EIGHTHS as u64 - 1)..=last {
            let at = (number % EIGHTHS as u64) as usize;
            let eighth = Eighth::unpack(self.eighths[at].load(Ordering::Relaxed));
            if eighth.number == number & NUMBER {
                ended += eighth.ended;
                failed += eighth.failed;
            }
        }
        (ended, failed)
    }

    /// Nothing has ended yet.
    pub(super) fn clear(&self) {
        self.eighths.iter().for_each(|eighth| eighth.store(0, Ordering::Relaxed));
    }
}
