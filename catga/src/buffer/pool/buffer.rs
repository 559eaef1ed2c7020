use alloc::vec::Vec;
use core::fmt;
use core::mem;
use core::ops::{Deref, DerefMut};

use bytes::buf::Limit;
use bytes::{BufMut, Bytes};

use super::{BufferPool, Tier};
use crate::buffer::{Full, Sink};

/// Bytes in memory of a pool, which goes back there when this is dropped.
///
/// It derefs to the bytes that were written. As a [`Sink`] it grows, and moves up to the next tier where it has
/// outgrown its own: those bytes are copied once, as a `Vec` would. Where it would be larger than the pool's limits
/// allow, it is [`Full`] and stays as it is.
pub struct Buffer {
    bytes: Vec<u8>,
    /// How many bytes it may hold without growing: the capacity, or the pool's limit where that is less.
    end: usize,
    tier: Tier,
    pool: BufferPool,
}

impl Buffer {
    #[inline]
    pub(super) fn new(bytes: Vec<u8>, tier: Tier, pool: BufferPool) -> Self {
        let end = bytes.capacity().min(pool.limits().largest_bytes());
        Self { bytes, end, tier, pool }
    }

    /// How many bytes fit without growing, with those that it holds.
    #[inline]
    pub const fn capacity(&self) -> usize {
        self.end
    }

    /// How many more bytes fit without growing.
    #[inline]
    pub(super) const fn left(&self) -> usize {
        self.end - self.bytes.len()
    }

    /// The tier that it is of now.
    #[inline]
    pub const fn tier(&self) -> Tier {
        self.tier
    }

    /// The pool that it is of.
    pub const fn pool(&self) -> &BufferPool {
        &self.pool
    }

    /// Forgets all bytes, and keeps the memory.
    pub fn clear(&mut self) {
        self.bytes.clear();
    }

    /// Forgets the bytes behind the first `length`.
    pub fn truncate(&mut self, length: usize) {
        self.bytes.truncate(length);
    }

    /// Appends so many zeros and lends them, to be overwritten.
    ///
    /// # Errors
    /// [`Full`] where it may not grow so far.
    pub fn extend_zeroed(&mut self, bytes: usize) -> Result<&mut [u8], Full> {
        let begin = self.bytes.len();
        self.make_room(bytes)?;
        self.bytes.resize(begin + bytes, 0);
        Ok(&mut self.bytes[begin..])
    }

    /// The room behind the bytes, to be read into from a socket or a file without zeros first. It does not grow:
    /// [`Sink::reserve`] makes it larger.
    pub fn room(&mut self) -> Limit<&mut Vec<u8>> {
        let left = self.left();
        (&mut self.bytes).limit(left)
    }

    /// Hands the bytes over without copying them; the memory goes back to the pool with the last clone and the last
    /// slice of the answer. One small allocation, as `Bytes` counts its clones there; none where it is empty.
    pub fn into_bytes(self) -> Bytes {
        if self.is_empty() { Bytes::new() } else { Bytes::from_owner(self) }
    }

    #[inline]
    fn make_room(&mut self, more: usize) -> Result<(), Full> {
        if more <= self.left() { Ok(()) } else { self.grow(more) }
    }

    #[cold]
    fn grow(&mut self, more: usize) -> Result<(), Full> {
        let needed = self.bytes.len().checked_add(more).ok_or(Full)?;
        let largest = self.pool.limits().largest_bytes();
        if needed > largest {
            return Err(Full);
        }
        // Large ones double, so that many small pieces are not copied each time.
        let doubled = if self.tier == Tier::Large { self.end.saturating_mul(2) } else { 0 };
        let needed = needed.max(doubled.min(largest));
        let tier = Tier::of(needed);
        let mut larger = self.pool.take(tier, needed);
        larger.extend_from_slice(&self.bytes);
        self.end = larger.capacity().min(largest);
        let outgrown = mem::replace(&mut self.bytes, larger);
        self.pool.give(mem::replace(&mut self.tier, tier), outgrown);
        Ok(())
    }
}

impl Sink for Buffer {
    #[inline]
    fn put(&mut self, bytes: &[u8]) -> Result<(), Full> {
        self.make_room(bytes.len())?;
        self.bytes.extend_from_slice(bytes);
        Ok(())
    }

    #[inline]
    fn reserve(&mut self, bytes: usize) {
        // Where there may be no more room, `put` says so.
        let _ = self.make_room(bytes);
    }
}

impl Drop for Buffer {
    #[inline]
    fn drop(&mut self) {
        self.pool.give(self.tier, mem::take(&mut self.bytes));
    }
}

impl Deref for Buffer {
    type Target = [u8];

    #[inline]
    fn deref(&self) -> &[u8] {
        &self.bytes
    }
}

impl DerefMut for Buffer {
    #[inline]
    fn deref_mut(&mut self) -> &mut [u8] {
        &mut self.bytes
    }
}

impl AsRef<[u8]> for Buffer {
    #[inline]
    fn as_ref(&self) -> &[u8] {
        self
    }
}

impl From<Buffer> for Bytes {
    fn from(buffer: Buffer) -> Self {
        buffer.into_bytes()
    }
}

/// The size and the tier: the bytes may be secret, or many.
impl fmt::Debug for Buffer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Buffer({} of {} bytes, {:?})", self.len(), self.capacity(), self.tier)
    }
}

/// As [`Sink`]; full is [`OutOfMemory`](std::io::ErrorKind::OutOfMemory).
#[cfg(feature = "std")]
impl std::io::Write for Buffer {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.put(bytes).map_err(|full| std::io::Error::new(std::io::ErrorKind::OutOfMemory, full))?;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}
