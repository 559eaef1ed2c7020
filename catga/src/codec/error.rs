use core::fmt;

use crate::buffer::Full;

/// Why a value did not become bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum EncodeError {
    /// The sink has no room.
    Full,
    /// The slice is too small.
    Short {
        /// How many bytes it takes.
        needed: usize,
    },
    /// The format cannot express the value: a sequence of unknown length, say.
    Inexpressible {
        /// The format's name.
        codec: &'static str,
    },
}

impl fmt::Display for EncodeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Full => f.write_str("the buffer has no room for the encoded value; give a larger one"),
            Self::Short { needed } => write!(f, "the encoded value takes {needed} bytes; give a larger buffer"),
            Self::Inexpressible { codec } => {
                write!(f, "{codec} cannot express the value; choose another codec for this message")
            }
        }
    }
}

impl core::error::Error for EncodeError {}

impl From<Full> for EncodeError {
    fn from(Full: Full) -> Self {
        Self::Full
    }
}

/// Why bytes did not become a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum DecodeError {
    /// The bytes end before the value does.
    Truncated,
    /// The value ends before the bytes do.
    Trailing {
        /// How many bytes are left over.
        bytes: usize,
    },
    /// The bytes are no such value.
    Malformed {
        /// The format's name.
        codec: &'static str,
    },
    /// Values lie within values more often than is read.
    Deep {
        /// How often they may.
        limit: usize,
    },
    /// A batch has more items than are read.
    Many {
        /// How many it may have.
        limit: usize,
    },
    /// The scratch buffer is too small for bytes that come in pieces, or as text.
    Scratch {
        /// How many bytes it takes.
        needed: usize,
    },
}

impl fmt::Display for DecodeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Truncated => f.write_str("the bytes end before the value does; read all that was written"),
            Self::Trailing { bytes } => {
                write!(f, "{bytes} bytes are left over after the value; read it as the type that was written, alone")
            }
            Self::Malformed { codec } => {
                write!(
                    f,
                    "the bytes are no such value in {codec}; read them as the type, and in the codec, in which they were written"
                )
            }
            Self::Deep { limit } => {
                write!(f, "values lie within values more than {limit} times; send flatter ones")
            }
            Self::Many { limit } => write!(f, "the batch has more than {limit} items; send smaller ones"),
            Self::Scratch { needed } => {
                write!(f, "the bytes are {needed} together; give a scratch buffer of that size")
            }
        }
    }
}

impl core::error::Error for DecodeError {}
