use alloc::vec::Vec;

use super::{Compression, CompressionError, CompressionId};

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
            CompressionId::NONE => return Ok(bytes),
            #[cfg(feature = "lz4")]
            super::Lz4::ID => self.lz4.expand_within(bytes, self.limit, scratch)?,
            #[cfg(feature = "zstd")]
            super::Zstd::ID => self.zstd.expand_within(bytes, self.limit, scratch)?,
            id => return Err(CompressionError::Unknown { id }),
        }
        Ok(scratch)
    }
}
