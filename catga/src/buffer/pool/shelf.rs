use alloc::vec::Vec;

use super::stats::Counters;
use super::{ArrayQueue, PoolLimits, Tier, TierStats};

/// The buffers of one tier that nobody uses, and the counters of all.
#[derive(Debug)]
pub(super) struct Shelf {
    /// `None` where none are kept.
    free: Option<ArrayQueue<Vec<u8>>>,
    size: usize,
    /// The largest capacity that is kept.
    largest_kept: usize,
    /// How many bytes a buffer may hold.
    largest: usize,
    counters: Counters,
}

impl Shelf {
    pub(super) fn new(tier: Tier, limits: &PoolLimits) -> Self {
        let kept = limits.kept(tier);
        Self {
            free: (kept > 0).then(|| ArrayQueue::new(kept)),
            size: tier.size(),
            largest_kept: limits.largest_kept_of(tier),
            largest: limits.largest_bytes(),
            counters: Counters::default(),
        }
    }

    /// Empty memory with room for so many bytes, which are no more than a buffer may hold.
    #[inline]
    pub(super) fn take(&self, bytes: usize) -> Vec<u8> {
        self.counters.got();
        match self.free.as_ref().and_then(ArrayQueue::pop) {
            Some(kept) if kept.capacity() >= bytes => kept,
            found => self.allocate(bytes, found),
        }
    }

    /// Too small a large one is freed, so that the kept ones come to be as large as is asked for.
    #[cold]
    fn allocate(&self, bytes: usize, too_small: Option<Vec<u8>>) -> Vec<u8> {
        if too_small.is_some() {
            self.counters.freed();
        }
        self.counters.missed();
        let rounded = bytes.checked_next_power_of_two().unwrap_or(bytes).min(self.largest);
        Vec::with_capacity(self.size.max(rounded))
    }

    /// Takes memory back, and keeps it where there is room and it has the size that others will ask for.
    #[inline]
    pub(super) fn give(&self, mut bytes: Vec<u8>) {
        self.counters.returned();
        bytes.clear();
        let is_kept = match &self.free {
            Some(free) if (self.size..=self.largest_kept).contains(&bytes.capacity()) => free.push(bytes).is_ok(),
            _ => false,
        };
        if !is_kept {
            self.counters.freed();
        }
    }

    /// Frees what nobody uses.
    pub(super) fn trim(&self) {
        // No more than there were, as others may keep coming.
        for _ in 0..self.kept() {
            if self.free.as_ref().and_then(ArrayQueue::pop).is_none() {
                break;
            }
        }
    }

    /// How many nobody uses.
    pub(super) fn kept(&self) -> usize {
        self.free.as_ref().map_or(0, ArrayQueue::len)
    }

    pub(super) fn stats(&self) -> TierStats {
        self.counters.stats()
    }
}
