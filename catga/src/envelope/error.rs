use core::fmt;

use super::FORMAT;
use crate::buffer::Full;

/// Why bytes are no envelope, or an envelope does not become bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum EnvelopeError {
    /// The bytes end within this part.
    Truncated {
        /// The first part that is not whole.
        field: Field,
    },
    /// Another format than [`FORMAT`].
    Format {
        /// The format's number.
        found: u8,
    },
    /// Flags are set that have no meaning in this format.
    Flags {
        /// Their bits.
        unknown: u16,
    },
    /// No kind has this number.
    Kind {
        /// The number.
        found: u8,
    },
    /// No quality of service has this number.
    Qos {
        /// The number.
        found: u8,
    },
    /// A part is larger than it may be.
    TooLarge {
        /// The part.
        field: Field,
        /// How much it may be: bytes, or a count.
        limit: usize,
    },
    /// A part is not written as it has to be: each envelope has one form in bytes.
    Malformed {
        /// The part.
        field: Field,
    },
    /// The sink has no room.
    Full,
}

/// A part of an envelope.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Field {
    /// What each envelope has: format, kind, flags, attempt, id, key and codec.
    Fixed,
    /// Which attempt it is.
    Attempt,
    /// The fingerprint.
    Schema,
    /// The message's version.
    Version,
    /// The id of the conversation.
    Correlation,
    /// The id of the cause.
    Causation,
    /// What is left of the deadline.
    Budget,
    /// When it was sent.
    Sent,
    /// How the body is compressed.
    Compression,
    /// The trace context.
    Trace,
    /// The ordering key.
    Ordering,
    /// All user headers.
    Headers,
    /// A user header's name.
    HeaderName,
    /// A user header's value.
    HeaderValue,
}

impl fmt::Display for Field {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Fixed => "fixed part",
            Self::Attempt => "attempt",
            Self::Schema => "schema fingerprint",
            Self::Version => "message version",
            Self::Correlation => "correlation id",
            Self::Causation => "causation id",
            Self::Budget => "time budget",
            Self::Sent => "time of sending",
            Self::Compression => "compression",
            Self::Trace => "trace context",
            Self::Ordering => "ordering key",
            Self::Headers => "user headers",
            Self::HeaderName => "name of a user header",
            Self::HeaderValue => "value of a user header",
        })
    }
}

impl fmt::Display for EnvelopeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Truncated { field } => write!(f, "the bytes end in the envelope's {field}"),
            Self::Format { found } => {
                write!(f, "the envelope has format {found}, and this program reads {FORMAT}; update one side")
            }
            Self::Flags { unknown } => {
                write!(f, "the envelope has flags that mean nothing here ({unknown:#06x}); update this program")
            }
            Self::Kind { found } => write!(f, "no envelope has the kind {found} here; update this program"),
            Self::Qos { found } => write!(f, "there is no quality of service {found}"),
            Self::TooLarge { field, limit } => {
                write!(f, "the envelope's {field} is too large; at most {limit} are allowed")
            }
            Self::Malformed { field } => write!(f, "the envelope's {field} is not written as it has to be"),
            Self::Full => f.write_str("the buffer has no room for the envelope; give a larger one"),
        }
    }
}

impl core::error::Error for EnvelopeError {}

impl From<Full> for EnvelopeError {
    fn from(_: Full) -> Self {
        Self::Full
    }
}
