use alloc::collections::VecDeque;
use core::fmt;

use bytes::{Buf, Bytes};

use super::{Buffer, BufferPool, Tier};
use crate::buffer::{Full, Sink};

/// A payload larger than a buffer, as a chain of buffers of one size: written at its end, read from its front.
///
/// Nothing that was written is copied again, and a buffer goes back to its pool as soon as it is read. It holds at
/// most as many bytes as its limit says, so who writes faster than others read is [`Full`] and waits. The list of
/// buffers is the one thing that is allocated: its capacity doubles as it grows, and stays.
///
/// ```
/// use bytes::Buf;
/// use catga::buffer::{BufferPool, Segments, Sink, Tier};
///
/// let pool = BufferPool::new();
/// let mut body = Segments::new(&pool, Tier::Small, 1 << 20);
/// body.put(&[7; 10_000])?;
/// assert_eq!(body.segments().map(<[u8]>::len).collect::<Vec<_>>(), [4096, 4096, 1808]);
///
/// body.advance(5_000);
/// assert_eq!(body.remaining(), 5_000);
/// assert_eq!(pool.stats()[Tier::Small].in_use, 2);
/// # Ok::<(), catga::buffer::Full>(())
/// ```
pub struct Segments {
    pool: BufferPool,
    /// None of them is empty.
    chain: VecDeque<Buffer>,
    /// How many bytes of the first are read.
    read: usize,
    length: usize,
    tier: Tier,
    limit: usize,
}

impl Segments {
    /// No bytes yet, and at most `limit` at once, in buffers of the size of this tier.
    pub fn new(pool: &BufferPool, tier: Tier, limit: usize) -> Self {
        Self { pool: pool.clone(), chain: VecDeque::new(), read: 0, length: 0, tier, limit }
    }

    /// How many bytes are written and not read.
    pub const fn len(&self) -> usize {
        self.length
    }

    /// Whether all that was written is read.
    pub const fn is_empty(&self) -> bool {
        self.length == 0
    }

    /// How many more bytes it takes before some are read.
    pub const fn room(&self) -> usize {
        self.limit - self.length
    }

    /// The bytes that are not read, buffer by buffer; a codec decodes from these.
    pub fn segments(&self) -> impl Iterator<Item = &[u8]> + Clone {
        self.chain.iter().enumerate().map(|(at, buffer)| if at == 0 { &buffer[self.read..] } else { &buffer[..] })
    }

    /// Takes all of the first buffer that is not read, without a copy; one allocation, as
    /// [`Buffer::into_bytes`]. `None` where all is read.
    pub fn next_bytes(&mut self) -> Option<Bytes> {
        let mut bytes = self.chain.pop_front()?.into_bytes();
        bytes.advance(core::mem::take(&mut self.read));
        self.length -= bytes.len();
        Some(bytes)
    }

    /// Forgets all that is not read, and keeps the list.
    pub fn clear(&mut self) {
        self.chain.clear();
        (self.read, self.length) = (0, 0);
    }
}

/// All of a piece or none of it: what does not fit leaves the chain as it was.
impl Sink for Segments {
    fn put(&mut self, mut bytes: &[u8]) -> Result<(), Full> {
        if bytes.len() > self.room() {
            return Err(Full);
        }
        self.length += bytes.len();
        while !bytes.is_empty() {
            let room = self.chain.back().map_or(0, Buffer::left);
            let (now, later) = bytes.split_at(bytes.len().min(room));
            match self.chain.back_mut() {
                Some(last) if room > 0 => last.put(now)?,
                _ => self.chain.push_back(self.pool.get(self.tier.size())),
            }
            bytes = later;
        }
        Ok(())
    }
}

impl Buf for Segments {
    fn remaining(&self) -> usize {
        self.length
    }

    fn chunk(&self) -> &[u8] {
        self.chain.front().map_or(&[], |first| &first[self.read..])
    }

    /// # Panics
    /// Where fewer bytes remain, as [`Buf`] wants it.
    fn advance(&mut self, mut bytes: usize) {
        assert!(bytes <= self.length, "{bytes} bytes are to be skipped, and {} remain", self.length);
        self.length -= bytes;
        while let Some(first) = self.chain.front() {
            let left = first.len() - self.read;
            if bytes < left {
                self.read += bytes;
                return;
            }
            bytes -= left;
            self.read = 0;
            self.chain.pop_front();
        }
    }
}

impl fmt::Debug for Segments {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Segments({} of {} bytes in {} buffers)", self.length, self.limit, self.chain.len())
    }
}

/// As much as there is room for; none is 0, as it is of a full slice.
#[cfg(feature = "std")]
impl std::io::Write for Segments {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        let taken = bytes.len().min(self.room());
        self.put(&bytes[..taken]).map_err(std::io::Error::other)?;
        Ok(taken)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

#[cfg(feature = "std")]
impl std::io::Read for Segments {
    fn read(&mut self, into: &mut [u8]) -> std::io::Result<usize> {
        let taken = into.len().min(self.length);
        self.copy_to_slice(&mut into[..taken]);
        Ok(taken)
    }
}
