use super::{AtomicU64, Ordering};

/// So many places: how many are taken and how many wait for one, in the two halves of one word.
#[derive(Debug)]
pub(super) struct Places {
    most: u32,
    word: AtomicU64,
}

/// One who waits. It makes the word greater than any number of places, so that nobody passes the line.
const ONE_WAITS: u64 = 1 << 32;

impl Places {
    /// At least one.
    pub(super) const fn new(most: u32) -> Self {
        Self { most: if most == 0 { 1 } else { most }, word: AtomicU64::new(0) }
    }

    /// Takes a place, if one is free and nobody waits.
    #[inline]
    pub(super) fn take(&self) -> bool {
        let mut word = self.word.load(Ordering::Relaxed);
        while word < u64::from(self.most) {
            match self.word.compare_exchange_weak(word, word + 1, Ordering::Acquire, Ordering::Relaxed) {
                Ok(_) => return true,
                Err(now) => word = now,
            }
        }
        false
    }

    /// Gives a place back, unless somebody waits for it.
    #[inline]
    pub(super) fn give(&self) -> bool {
        let mut word = self.word.load(Ordering::Relaxed);
        while word < ONE_WAITS {
            match self.word.compare_exchange_weak(word, word - 1, Ordering::Release, Ordering::Relaxed) {
                Ok(_) => return true,
                Err(now) => word = now,
            }
        }
        false
    }

    /// How many are taken.
    pub(super) fn taken(&self) -> u32 {
        self.word.load(Ordering::Relaxed) as u32
    }
}

/// What a line does; under its lock, so that the count of those who wait is the line's length.
#[cfg(feature = "std")]
impl Places {
    /// Whether all are taken and `longest` wait already.
    pub(super) fn are_full(&self, longest: u32) -> bool {
        let word = self.word.load(Ordering::Relaxed);
        word >= u64::from(self.most) && word / ONE_WAITS >= u64::from(longest)
    }

    /// Takes a place (`Some(true)`), or counts one more who waits (`Some(false)`), if fewer than `longest` do.
    pub(super) fn take_or_wait(&self, longest: u32) -> Option<bool> {
        let mut word = self.word.load(Ordering::Relaxed);
        loop {
            let (next, taken) = if word < u64::from(self.most) {
                (word + 1, true)
            } else if word / ONE_WAITS < u64::from(longest) {
                (word + ONE_WAITS, false)
            } else {
                return None;
            };
            match self.word.compare_exchange_weak(word, next, Ordering::Acquire, Ordering::Relaxed) {
                Ok(_) => return Some(taken),
                Err(now) => word = now,
            }
        }
    }

    /// One waits no longer.
    pub(super) fn waits_no_longer(&self) {
        self.word.fetch_sub(ONE_WAITS, Ordering::Relaxed);
    }
}
