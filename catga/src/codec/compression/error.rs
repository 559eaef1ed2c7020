use core::fmt;

use super::CompressionId;

/// Why bytes were not compressed or not expanded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum CompressionError {
    /// The buffer to compress into is smaller than the bound.
    Short {
        /// How many bytes it takes.
        needed: usize,
    },
    /// The bytes expand to more than is allowed.
    Large {
        /// How many bytes they may expand to.
        limit: usize,
    },
    /// The bytes were not compressed in this way, or are damaged.
    Malformed {
        /// The compression's name.
        compression: &'static str,
    },
    /// There is no compression of this number here.
    Unknown {
        /// The number.
        id: CompressionId,
    },
    /// The compression itself failed, for want of memory.
    Failed {
        /// The compression's name.
        compression: &'static str,
    },
}

impl fmt::Display for CompressionError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Short { needed } => {
                write!(f, "the buffer is too small to compress into; give one of {needed} bytes")
            }
            Self::Large { limit } => {
                write!(f, "the bytes expand to more than {limit}; raise the limit, or send less")
            }
            Self::Malformed { compression } => write!(f, "the bytes are damaged, or were not made by {compression}"),
            Self::Unknown { id } => {
                write!(f, "there is no compression {}; switch on the feature that has it", id.0)
            }
            Self::Failed { compression } => write!(f, "{compression} had no memory"),
        }
    }
}

impl core::error::Error for CompressionError {}
