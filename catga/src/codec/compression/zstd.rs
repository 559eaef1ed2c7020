use core::fmt;

use zstd_safe::{CCtx, CParameter, CompressionLevel, DCtx, compress_bound, get_frame_content_size};

use super::{Compression, CompressionError, CompressionId};

/// Zstandard: smaller than LZ4, and slower. One frame, with its expanded size and without a dictionary.
///
/// Its memory, about a megabyte for large messages at the default level, is made by the first call, in each
/// direction.
///
/// Source: RFC 8878.
pub struct Zstd {
    level: CompressionLevel,
    compressor: Option<CCtx<'static>>,
    expander: Option<DCtx<'static>>,
}

/// What zstd answers for a buffer that is too small: the negative of `ZSTD_error_dstSize_tooSmall`, which is
/// stable since zstd 1.3.1.
const TOO_SMALL: usize = 0_usize.wrapping_sub(70);

impl Zstd {
    const MALFORMED: CompressionError = CompressionError::Malformed { compression: Self::NAME };
    const FAILED: CompressionError = CompressionError::Failed { compression: Self::NAME };

    /// From 1, fast, to 22, small; 0 is the default, 3.
    pub const fn level(level: i32) -> Self {
        Self { level, compressor: None, expander: None }
    }
}

impl Default for Zstd {
    fn default() -> Self {
        Self::level(0)
    }
}

impl Compression for Zstd {
    const ID: CompressionId = CompressionId(1);
    const NAME: &'static str = "zstd";

    fn bound(bytes: usize) -> usize {
        compress_bound(bytes)
    }

    fn compress(&mut self, bytes: &[u8], into: &mut [u8]) -> Result<usize, CompressionError> {
        let needed = Self::bound(bytes.len());
        if into.len() < needed {
            return Err(CompressionError::Short { needed });
        }
        let compressor = match &mut self.compressor {
            Some(compressor) => compressor,
            none => {
                let mut made = CCtx::try_create().ok_or(Self::FAILED)?;
                made.set_parameter(CParameter::CompressionLevel(self.level)).map_err(|_| Self::FAILED)?;
                none.insert(made)
            }
        };
        compressor.compress2(into, bytes).map_err(|_| Self::FAILED)
    }

    fn claimed_size(bytes: &[u8]) -> Result<Option<u64>, CompressionError> {
        get_frame_content_size(bytes).map_err(|_| Self::MALFORMED)
    }

    fn expand(&mut self, bytes: &[u8], into: &mut [u8]) -> Result<usize, CompressionError> {
        // No frame at all is as many bytes to zstd.
        if bytes.is_empty() {
            return Err(Self::MALFORMED);
        }
        let expander = match &mut self.expander {
            Some(expander) => expander,
            none => none.insert(DCtx::try_create().ok_or(Self::FAILED)?),
        };
        let limit = into.len();
        expander.decompress(into, bytes).map_err(|code| match code {
            TOO_SMALL => CompressionError::Large { limit },
            _ => Self::MALFORMED,
        })
    }
}

impl fmt::Debug for Zstd {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Zstd").field("level", &self.level).finish_non_exhaustive()
    }
}
