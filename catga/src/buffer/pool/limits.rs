use super::Tier;

/// How much a pool keeps, and how large a buffer may become.
///
/// ```
/// use catga::buffer::{BufferPool, PoolLimits, Tier};
///
/// let limits = PoolLimits::new().keep(Tier::Small, 64).keep(Tier::Large, 0).largest(1 << 20);
/// assert_eq!(limits.kept_bytes(), 64 * 4096 + 64 * 65_536);
/// let pool = BufferPool::with_limits(limits);
/// # drop(pool);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PoolLimits {
    kept: [usize; 3],
    largest_kept: usize,
    largest: usize,
}

impl PoolLimits {
    /// Keeps up to 1 024 small buffers, 64 medium ones, and 8 large ones of up to 1 MiB: 16 MiB in all. No buffer
    /// grows beyond 16 MiB.
    pub const fn new() -> Self {
        Self { kept: [1024, 64, 8], largest_kept: 1 << 20, largest: 16 << 20 }
    }

    /// How many buffers of this tier are kept while nobody uses them; 0 keeps none. For each, 32 bytes are taken
    /// when the pool is made.
    #[must_use]
    pub const fn keep(mut self, tier: Tier, buffers: usize) -> Self {
        self.kept[tier as usize] = buffers;
        self
    }

    /// The capacity in bytes above which a large buffer is not kept.
    #[must_use]
    pub const fn largest_kept(mut self, bytes: usize) -> Self {
        self.largest_kept = bytes;
        self
    }

    /// How many bytes a buffer may hold, at least 1; what goes beyond is [`Full`](crate::buffer::Full).
    #[must_use]
    pub const fn largest(mut self, bytes: usize) -> Self {
        self.largest = if bytes == 0 { 1 } else { bytes };
        self
    }

    /// How many bytes the pool keeps at most.
    pub const fn kept_bytes(&self) -> usize {
        let [small, medium, large] = self.kept;
        small
            .saturating_mul(Tier::Small.size())
            .saturating_add(medium.saturating_mul(Tier::Medium.size()))
            .saturating_add(large.saturating_mul(self.largest_kept))
    }

    pub(super) const fn kept(&self, tier: Tier) -> usize {
        self.kept[tier as usize]
    }

    /// The largest capacity with which a buffer of this tier is kept.
    pub(super) const fn largest_kept_of(&self, tier: Tier) -> usize {
        match tier {
            Tier::Large => self.largest_kept,
            _ => tier.size(),
        }
    }

    #[inline]
    pub(super) const fn largest_bytes(&self) -> usize {
        self.largest
    }
}

impl Default for PoolLimits {
    fn default() -> Self {
        Self::new()
    }
}
