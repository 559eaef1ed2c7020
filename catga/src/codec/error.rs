use core::fmt;

/// Why a value did not become bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum EncodeError {
    /// The sink has no room.
    Full,
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
            Self::Inexpressible { codec } => {
                write!(f, "{codec} cannot express the value; choose another codec for this message")
            }
        }
    }
}

impl core::error::Error for EncodeError {}

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
}

impl fmt::Display for DecodeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Truncated => f.write_str("the bytes end before the value does"),
            Self::Trailing { bytes } => write!(f, "{bytes} bytes are left over after the value"),
            Self::Malformed { codec } => write!(f, "the bytes are no such value in {codec}"),
        }
    }
}

impl core::error::Error for DecodeError {}
