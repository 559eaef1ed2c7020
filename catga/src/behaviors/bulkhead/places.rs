use super::{AtomicU64, Ordering};

/// So many places: how many are taken and how many wait for one, in the two halves of one word.
#[derive(Debug)]
pub(super) struct Places {
    pub(super) most: u32,
    pub(super) word: AtomicU64,
}

/// One who waits. It makes the word greater than any number of places, so that nobody passes the line.
pub(super) const ONE_WAITS: u64 = 1 << 32;

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
