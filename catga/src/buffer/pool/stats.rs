use core::ops::Index;

use super::{AtomicU64, Ordering, Tier};

/// What has become of the buffers of one tier.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct TierStats {
    /// Buffers that somebody holds now, handed over to `Bytes` or not.
    pub in_use: u64,
    /// How often a kept buffer was given out.
    pub hits: u64,
    /// How often one had to be allocated.
    pub misses: u64,
    /// The most that were in use at once, as those saw it who got them: never more than there were.
    pub high_water: u64,
    /// Buffers that were freed, as enough were kept, or they were too large to be kept, or too small to be given out.
    pub freed: u64,
}

impl TierStats {
    /// How many of a hundred were given out without an allocation; 100 where none was.
    pub fn reuse_percent(&self) -> f64 {
        match self.hits + self.misses {
            0 => 100.0,
            all => self.hits as f64 * 100.0 / all as f64,
        }
    }
}

/// What has become of a pool's buffers.
///
/// Each number is right for some moment while the statistics were taken, and all of them where nobody was at work.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct PoolStats(pub(super) [TierStats; 3]);

impl PoolStats {
    /// All tiers as one; the high waters are added, though they may have been at different times.
    pub fn total(&self) -> TierStats {
        self.0.iter().fold(TierStats::default(), |a, b| TierStats {
            in_use: a.in_use + b.in_use,
            hits: a.hits + b.hits,
            misses: a.misses + b.misses,
            high_water: a.high_water + b.high_water,
            freed: a.freed + b.freed,
        })
    }
}

impl Index<Tier> for PoolStats {
    type Output = TierStats;

    fn index(&self, tier: Tier) -> &TierStats {
        &self.0[tier as usize]
    }
}

/// The counters of one tier, on cache lines of their own. To get a buffer changes one of them, to return it another.
#[derive(Debug, Default)]
#[repr(align(128))]
pub(super) struct Counters {
    got: AtomicU64,
    returned: AtomicU64,
    misses: AtomicU64,
    high_water: AtomicU64,
    freed: AtomicU64,
}

impl Counters {
    /// Before the buffer is used.
    #[inline]
    pub(super) fn got(&self) {
        let got = self.got.fetch_add(1, Ordering::AcqRel) + 1;
        // Others may have got and returned some since, so that more are returned than this one knows to be got.
        let in_use = got.saturating_sub(self.returned.load(Ordering::Acquire));
        if in_use > self.high_water.load(Ordering::Relaxed) {
            self.high_water.fetch_max(in_use, Ordering::Relaxed);
        }
    }

    /// Before the buffer is kept: whoever gets it then knows that it was returned, and does not count it twice.
    #[inline]
    pub(super) fn returned(&self) {
        self.returned.fetch_add(1, Ordering::AcqRel);
    }

    #[cold]
    pub(super) fn missed(&self) {
        self.misses.fetch_add(1, Ordering::AcqRel);
    }

    #[cold]
    pub(super) fn freed(&self) {
        self.freed.fetch_add(1, Ordering::Relaxed);
    }

    pub(super) fn stats(&self) -> TierStats {
        // In this order: what is returned was got before, and what was missed was, too.
        let returned = self.returned.load(Ordering::Acquire);
        let misses = self.misses.load(Ordering::Acquire);
        let got = self.got.load(Ordering::Acquire);
        TierStats {
            in_use: got.saturating_sub(returned),
            hits: got.saturating_sub(misses),
            misses,
            high_water: self.high_water.load(Ordering::Relaxed),
            freed: self.freed.load(Ordering::Relaxed),
        }
    }
}
