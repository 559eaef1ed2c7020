use alloc::vec::Vec;

#[cfg(any(feature = "lz4", feature = "zstd"))]
use super::Compression;
use super::{CompressionError, CompressionId};

/// Expands what an envelope's number says, to at most so many bytes.
#[derive(Debug)]
pub struct Expander {
    limit: usize,
    #[cfg(feature = "lz4")]
    lz4: super::Lz4,
    #[cfg(feature = "zstd")]
    zstd: super::Zstd,
}

impl Expander {
    /// With a limit in bytes, on each call.
    pub fn at_most(limit: usize) -> Self {
        Self {
            limit,
            #[cfg(feature = "lz4")]
            lz4: super::Lz4::default(),
            #[cfg(feature = "zstd")]
            zstd: super::Zstd::default(),
        }
    }

    /// How many bytes a call expands to at most.
    pub const fn limit(&self) -> usize {
        self.limit
    }

    /// The bytes as they were: they themselves under [`CompressionId::NONE`], else in `scratch`, which grows to
    /// the limit at most and is reused as it is.
    ///
    /// # Errors
    /// [`CompressionError::Unknown`] for a number whose feature is off or that nobody has,
    /// [`CompressionError::Large`] beyond the limit, and [`CompressionError::Malformed`].
    pub fn expand<'a>(
        &mut self,
        id: CompressionId,
        bytes: &'a [u8],
        scratch: &'a mut Vec<u8>,
    ) -> Result<&'a [u8], CompressionError> {
        match id {
            CompressionId::NONE => Ok(bytes),
            #[cfg(feature = "lz4")]
            <super::Lz4 as Compression>::ID => {
                self.lz4.expand_within(bytes, self.limit, scratch)?;
                Ok(scratch)
            }
            #[cfg(feature = "zstd")]
            <super::Zstd as Compression>::ID => {
                self.zstd.expand_within(bytes, self.limit, scratch)?;
                Ok(scratch)
            }
            id => {
                scratch.clear();
                Err(CompressionError::Unknown { id })
            }
        }
    }

    /// The other way, with the same memory: the bytes compressed in `into`, or `None` where they go as they are.
    #[cfg(feature = "wire")]
    pub(crate) fn compress<'a>(&mut self, id: CompressionId, bytes: &[u8], into: &'a mut Vec<u8>) -> Option<&'a [u8]> {
        match id {
            #[cfg(feature = "lz4")]
            <super::Lz4 as Compression>::ID => smaller(&mut self.lz4, bytes, into),
            #[cfg(feature = "zstd")]
            <super::Zstd as Compression>::ID => smaller(&mut self.zstd, bytes, into),
            _ => {
                let _ = (bytes, into);
                None
            }
        }
    }
}

/// Without memory to compress in, they go as they are, too.
#[cfg(all(feature = "wire", any(feature = "lz4", feature = "zstd")))]
fn smaller<'a, C: Compression>(compression: &mut C, bytes: &[u8], into: &'a mut Vec<u8>) -> Option<&'a [u8]> {
    if bytes.len() < super::THRESHOLD {
        return None;
    }
    into.resize(C::bound(bytes.len()), 0);
    compression.compress_over(super::THRESHOLD, bytes, into).ok().flatten()
}
