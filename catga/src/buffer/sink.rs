use core::fmt;

/// Where bytes are written to, one piece after the other.
pub trait Sink {
    /// Appends a piece.
    ///
    /// # Errors
    /// [`Full`] where it has no room; what was written before stays.
    fn put(&mut self, bytes: &[u8]) -> Result<(), Full>;

    /// The vector that it is. Most are none; into one, a format's library writes as it would without this trait.
    #[cfg(feature = "alloc")]
    #[doc(hidden)]
    #[inline]
    fn as_vec(&mut self) -> Option<&mut alloc::vec::Vec<u8>> {
        None
    }

    /// Makes room, where that is possible; `bytes` is how many are likely to come.
    #[inline]
    fn reserve(&mut self, bytes: usize) {
        let _ = bytes;
    }
}

/// A sink has no room for what was to be written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Full;

impl fmt::Display for Full {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("there is no room for these bytes; give a larger buffer")
    }
}

impl core::error::Error for Full {}

impl<S: Sink + ?Sized> Sink for &mut S {
    #[inline]
    fn put(&mut self, bytes: &[u8]) -> Result<(), Full> {
        (**self).put(bytes)
    }

    #[cfg(feature = "alloc")]
    #[inline]
    fn as_vec(&mut self) -> Option<&mut alloc::vec::Vec<u8>> {
        (**self).as_vec()
    }

    #[inline]
    fn reserve(&mut self, bytes: usize) {
        (**self).reserve(bytes);
    }
}

/// A caller's slice as a sink. What does not fit is counted, so that one run tells the size needed.
#[derive(Debug)]
pub struct Slice<'a> {
    bytes: &'a mut [u8],
    needed: usize,
}

impl<'a> Slice<'a> {
    /// Writes from the slice's start.
    pub const fn new(bytes: &'a mut [u8]) -> Self {
        Self { bytes, needed: 0 }
    }

    /// What was written, or how many bytes it takes.
    ///
    /// # Errors
    /// The size needed, where the slice is smaller.
    pub fn finish(self) -> Result<&'a mut [u8], usize> {
        let Self { bytes, needed } = self;
        bytes.get_mut(..needed).ok_or(needed)
    }
}

impl Sink for Slice<'_> {
    #[inline]
    fn put(&mut self, bytes: &[u8]) -> Result<(), Full> {
        let end = self.needed.saturating_add(bytes.len());
        if let Some(room) = self.bytes.get_mut(self.needed..end) {
            room.copy_from_slice(bytes);
        }
        self.needed = end;
        Ok(())
    }
}

/// Counts what it is given.
#[derive(Clone, Copy, Debug, Default)]
pub struct Counter(pub usize);

impl Sink for Counter {
    #[inline]
    fn put(&mut self, bytes: &[u8]) -> Result<(), Full> {
        self.0 = self.0.saturating_add(bytes.len());
        Ok(())
    }
}

/// Takes as many as fit.
impl<const N: usize> Sink for heapless::Vec<u8, N> {
    #[inline]
    fn put(&mut self, bytes: &[u8]) -> Result<(), Full> {
        self.extend_from_slice(bytes).map_err(|_| Full)
    }
}

#[cfg(feature = "alloc")]
impl Sink for alloc::vec::Vec<u8> {
    #[inline]
    fn put(&mut self, bytes: &[u8]) -> Result<(), Full> {
        self.extend_from_slice(bytes);
        Ok(())
    }

    #[inline]
    fn as_vec(&mut self) -> Option<&mut Self> {
        Some(self)
    }

    #[inline]
    fn reserve(&mut self, bytes: usize) {
        alloc::vec::Vec::reserve(self, bytes);
    }
}
