use alloc::vec::Vec;
use core::fmt;

use super::shelf::Shelf;
use super::{Arc, Buffer, PoolLimits, PoolStats, Tier};

/// Buffers that are used again: three sizes of them, each behind a queue without a lock.
///
/// It is a value, and a clone of it is another handle; buffers hold one, so that those in use outlive every other.
/// To get and to return one allocates nothing, unless none is kept. What it keeps is bounded by [`PoolLimits`]; what
/// is in use is not, as each has an owner who bounds it.
///
/// ```
/// use catga::buffer::{BufferPool, Sink, Tier};
///
/// let pool = BufferPool::new();
/// let mut buffer = pool.get(100);
/// buffer.put(b"some bytes")?;
/// assert_eq!(*buffer, *b"some bytes");
/// drop(buffer);
///
/// let again = pool.get(3_000);
/// assert_eq!(pool.stats()[Tier::Small].hits, 1);
/// assert_eq!(pool.stats()[Tier::Small].in_use, 1);
/// # drop(again);
/// # Ok::<(), catga::buffer::Full>(())
/// ```
#[derive(Clone)]
pub struct BufferPool {
    shared: Arc<Shared>,
}

struct Shared {
    shelves: [Shelf; 3],
    limits: PoolLimits,
}

impl BufferPool {
    /// A pool with the usual limits: [`PoolLimits::new`].
    pub fn new() -> Self {
        Self::with_limits(PoolLimits::new())
    }

    /// A pool with these limits.
    pub fn with_limits(limits: PoolLimits) -> Self {
        let shelves = Tier::ALL.map(|tier| Shelf::new(tier, &limits));
        Self { shared: Arc::new(Shared { shelves, limits }) }
    }

    /// An empty buffer with room for so many bytes, or for as many as the limits allow. It grows as it is written.
    #[inline]
    pub fn get(&self, bytes: usize) -> Buffer {
        // Who asks may not know better: a length that came over the wire, say.
        let bytes = bytes.min(self.limits().largest_bytes());
        let tier = Tier::of(bytes);
        Buffer::new(self.take(tier, bytes), tier, self.clone())
    }

    /// Its limits.
    #[inline]
    pub fn limits(&self) -> &PoolLimits {
        &self.shared.limits
    }

    /// What has become of its buffers.
    pub fn stats(&self) -> PoolStats {
        PoolStats(self.shared.shelves.each_ref().map(Shelf::stats))
    }

    /// How many buffers of this tier nobody uses.
    pub fn kept(&self, tier: Tier) -> usize {
        self.shelf(tier).kept()
    }

    /// Frees the buffers that nobody uses: after a burst, or where memory is short.
    pub fn trim(&self) {
        self.shared.shelves.iter().for_each(Shelf::trim);
    }

    #[inline]
    pub(super) fn take(&self, tier: Tier, bytes: usize) -> Vec<u8> {
        self.shelf(tier).take(bytes)
    }

    #[inline]
    pub(super) fn give(&self, tier: Tier, bytes: Vec<u8>) {
        self.shelf(tier).give(bytes);
    }

    #[inline]
    fn shelf(&self, tier: Tier) -> &Shelf {
        let [small, medium, large] = &self.shared.shelves;
        match tier {
            Tier::Small => small,
            Tier::Medium => medium,
            Tier::Large => large,
        }
    }
}

impl Default for BufferPool {
    fn default() -> Self {
        Self::new()
    }
}

impl fmt::Debug for BufferPool {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("BufferPool").field("limits", self.limits()).field("stats", &self.stats()).finish()
    }
}
