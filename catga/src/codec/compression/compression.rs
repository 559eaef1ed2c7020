use super::CompressionError;
use crate::codec::CompressionId;

/// From how many bytes on it is worth it: below, the header and the time are more than what is won.
pub const THRESHOLD: usize = 1024;

/// A way to make bytes smaller. A value of it keeps the memory that it works in, so that from the second call on
/// nothing is allocated; it belongs to a connection or a consumer.
pub trait Compression: Send + 'static {
    /// Its number, which never changes.
    const ID: CompressionId;
    /// Its name, for errors and for people.
    const NAME: &'static str;

    /// The size of a buffer that any so many bytes can be compressed into.
    fn bound(bytes: usize) -> usize;

    /// Compresses into the front of a buffer, and answers how much of it.
    ///
    /// # Errors
    /// [`CompressionError::Short`] where the buffer is smaller than the [`bound`](Self::bound).
    fn compress(&mut self, bytes: &[u8], into: &mut [u8]) -> Result<usize, CompressionError>;

    /// How many bytes they expand to, as they say of themselves; `None` where they do not say. A claim, not to
    /// be believed: what [`expand`](Self::expand) is given is the limit.
    ///
    /// # Errors
    /// [`CompressionError::Malformed`] where it is plain from their start.
    fn claimed_size(bytes: &[u8]) -> Result<Option<u64>, CompressionError>;

    /// Expands into the front of a buffer, and answers how much of it. Writes nothing outside, allocates
    /// nothing for what is expanded.
    ///
    /// # Errors
    /// [`CompressionError::Large`] where the buffer is too small, and [`CompressionError::Malformed`]; what the
    /// buffer holds then is of no use.
    fn expand(&mut self, bytes: &[u8], into: &mut [u8]) -> Result<usize, CompressionError>;

    /// The bytes compressed in `into`, or `None` where they stay as they are: they are fewer than `threshold`,
    /// or do not get smaller.
    ///
    /// # Errors
    /// Those of [`compress`](Self::compress).
    fn compress_over<'a>(
        &mut self,
        threshold: usize,
        bytes: &[u8],
        into: &'a mut [u8],
    ) -> Result<Option<&'a [u8]>, CompressionError> {
        if bytes.len() < threshold {
            return Ok(None);
        }
        let len = self.compress(bytes, into)?;
        Ok(into.get(..len).filter(|_| len < bytes.len()))
    }

    /// Expands to at most `limit` bytes, which `into` holds then and nothing else. It never grows beyond the
    /// limit.
    ///
    /// # Errors
    /// [`CompressionError::Large`] where there are more, and [`CompressionError::Malformed`]; `into` is empty
    /// then.
    fn expand_within(
        &mut self,
        bytes: &[u8],
        limit: usize,
        into: &mut alloc::vec::Vec<u8>,
    ) -> Result<(), CompressionError> {
        into.clear();
        let large = CompressionError::Large { limit };
        let mut room = match Self::claimed_size(bytes)? {
            Some(claimed) => usize::try_from(claimed).ok().filter(|claimed| *claimed <= limit).ok_or(large)?,
            None => bytes.len().saturating_mul(4).min(limit),
        };
        let expanded = loop {
            into.reserve_exact(room);
            into.resize(room, 0);
            match self.expand(bytes, into) {
                // Without a claim, or with a false one: again, with more room.
                Err(CompressionError::Large { .. }) if room < limit => {
                    room = room.saturating_mul(2).clamp(THRESHOLD.min(limit), limit);
                    into.clear();
                }
                Err(CompressionError::Large { .. }) => break Err(large),
                expanded => break expanded,
            }
        };
        into.truncate(*expanded.as_ref().unwrap_or(&0));
        expanded.map(drop)
    }
}
