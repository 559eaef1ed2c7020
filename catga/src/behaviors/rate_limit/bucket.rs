use super::{AtomicU64, Ordering};

/// A bucket of tokens, kept as the time at which it would be full again: one word, in nanoseconds.
///
/// A token moves that time on by the spacing; one is there as long as the time is not farther away than
/// the tokens of an empty bucket.
///
/// Source: ITU-T I.371, "generic cell rate algorithm" (virtual scheduling).
#[derive(Debug)]
pub(super) struct Bucket {
    pub(super) full_at: AtomicU64,
}

impl Bucket {
    pub(super) const fn full() -> Self {
        Self { full_at: AtomicU64::new(0) }
    }

    /// Takes a token at the time `now`, where one comes every `spacing` and the bucket holds `spread` more
    /// than one, all in nanoseconds. Says how long it is until one is there where none is.
    #[inline]
    pub(super) fn take(&self, now: u64, spacing: u64, spread: u64) -> Result<(), u64> {
        let mut full_at = self.full_at.load(Ordering::Relaxed);
        loop {
            let from = if full_at > now { full_at } else { now };
            let early = (from - now).saturating_sub(spread);
            if early > 0 {
                return Err(early);
            }
            let next = from.saturating_add(spacing);
            // Relaxed: nothing else is told by it.
            match self.full_at.compare_exchange_weak(full_at, next, Ordering::Relaxed, Ordering::Relaxed) {
                Ok(_) => return Ok(()),
                Err(seen) => full_at = seen,
            }
        }
    }
}
