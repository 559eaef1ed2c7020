use lz4_flex::block::{self, CompressTable, DecompressError};

use super::{Compression, CompressionError, CompressionId};

/// LZ4: fast, and smaller by what repeats. One block behind its expanded size, four bytes, the low one first.
///
/// Source: the LZ4 block format.
#[derive(Default)]
pub struct Lz4 {
    table: CompressTable,
}

/// The bytes of the size in front.
const SIZE: usize = 4;

/// What a byte of a block expands to at most: lengths go on in bytes that count 255 each.
const MOST: u64 = 255;

impl Lz4 {
    const MALFORMED: CompressionError = CompressionError::Malformed { compression: Self::NAME };

    fn split(bytes: &[u8]) -> Result<(usize, &[u8]), CompressionError> {
        let (size, block) = bytes.split_first_chunk::<SIZE>().ok_or(Self::MALFORMED)?;
        let size = u32::from_le_bytes(*size);
        if u64::from(size) > MOST * block.len() as u64 {
            return Err(Self::MALFORMED);
        }
        Ok((usize::try_from(size).map_err(|_| Self::MALFORMED)?, block))
    }
}

impl Compression for Lz4 {
    const ID: CompressionId = CompressionId(2);
    const NAME: &'static str = "lz4";

    fn bound(bytes: usize) -> usize {
        SIZE + block::get_maximum_output_size(bytes)
    }

    fn compress(&mut self, bytes: &[u8], into: &mut [u8]) -> Result<usize, CompressionError> {
        let short = CompressionError::Short { needed: Self::bound(bytes.len()) };
        let size = u32::try_from(bytes.len()).map_err(|_| CompressionError::Failed { compression: Self::NAME })?;
        let (front, block) = into.split_first_chunk_mut::<SIZE>().ok_or(short)?;
        *front = size.to_le_bytes();
        let len = block::compress_into_with_table(bytes, block, &mut self.table).map_err(|_| short)?;
        Ok(SIZE + len)
    }

    fn claimed_size(bytes: &[u8]) -> Result<Option<u64>, CompressionError> {
        Self::split(bytes).map(|(size, _)| Some(size as u64))
    }

    fn expand(&mut self, bytes: &[u8], into: &mut [u8]) -> Result<usize, CompressionError> {
        let (size, block) = Self::split(bytes)?;
        let limit = into.len();
        let into = into.get_mut(..size).ok_or(CompressionError::Large { limit })?;
        match block::decompress_into(block, into) {
            Ok(len) if len == size => Ok(len),
            // More than it claims of itself.
            Err(DecompressError::OutputTooSmall { .. }) | Ok(_) | Err(_) => Err(Self::MALFORMED),
        }
    }
}

impl core::fmt::Debug for Lz4 {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("Lz4").finish_non_exhaustive()
    }
}
