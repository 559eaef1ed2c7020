use core::fmt;

use alloc::boxed::Box;

use crate::codec::compression::CompressionError;
use crate::codec::{CodecId, DecodeError, EncodeError};
use crate::envelope::{CompressionId, EnvelopeError, Fingerprint, Kind, WireKey};
use crate::error::{Class, Classify};
use crate::message::Message;

use super::Arrived;

/// Why bytes were not dispatched, or an answer is none. The same bytes fail again: every one is permanent.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum WireError {
    /// The bytes are no envelope.
    Envelope(EnvelopeError),
    /// No message that is served has this key.
    UnknownMessage {
        /// The hash of its name.
        key: WireKey,
    },
    /// The message is served, and not in this version.
    WrongVersion {
        /// Its name.
        message: &'static str,
        /// The version that arrived.
        found: u32,
        /// The version that is served.
        served: u32,
    },
    /// The bytes say that it is something else than it is: an event, say, and it is a command.
    WrongKind {
        /// Its name.
        message: &'static str,
        /// What arrived.
        found: Kind,
    },
    /// It is made of other fields there than here, in a format that does not tell them by name.
    WrongSchema {
        /// Its name.
        message: &'static str,
        /// The fingerprint that arrived.
        found: Fingerprint,
        /// The fingerprint here.
        served: Fingerprint,
    },
    /// It arrived in another format.
    WrongCodec {
        /// Its name.
        message: &'static str,
        /// The format's number.
        found: CodecId,
        /// The format that it has here.
        served: &'static str,
    },
    /// It is compressed in a way that is not known here.
    WrongCompression {
        /// Its name.
        message: &'static str,
        /// The number that arrived.
        found: CompressionId,
    },
    /// Its compressed bytes are damaged, or expand to more than is allowed here.
    Unexpandable {
        /// Its name.
        message: &'static str,
        /// What is wrong with them.
        error: CompressionError,
    },
    /// Its bytes are no value of it.
    Undecodable {
        /// Its name.
        message: &'static str,
        /// What is wrong with them.
        error: DecodeError,
    },
    /// It, or its answer, has no bytes in its format.
    Unencodable {
        /// Its name.
        message: &'static str,
        /// What is wrong with it.
        error: EncodeError,
    },
    /// The answer is that of another message.
    WrongAnswer {
        /// The name of the message that was asked.
        message: &'static str,
        /// The key of the one that was answered.
        found: WireKey,
    },
    /// The message was handled, and its answer does not fit into the transport.
    AnswerTooLarge {
        /// How many bytes it has.
        bytes: usize,
        /// How many the transport carries.
        limit: usize,
    },
    /// Who serves it could not dispatch it; this is what it says.
    Rejected {
        /// The code of its error.
        code: &'static str,
    },
}

// Who forgot their own would be shown this one.
#[diagnostic::do_not_recommend]
impl Classify for WireError {
    fn code(&self) -> &'static str {
        match self {
            Self::Envelope(_) => "catga.wire.envelope",
            Self::UnknownMessage { .. } => "catga.wire.unknown_message",
            Self::WrongVersion { .. } => "catga.wire.wrong_version",
            Self::WrongKind { .. } => "catga.wire.wrong_kind",
            Self::WrongSchema { .. } => "catga.wire.wrong_schema",
            Self::WrongCodec { .. } => "catga.wire.wrong_codec",
            Self::WrongCompression { .. } => "catga.wire.wrong_compression",
            Self::Unexpandable { .. } => "catga.wire.unexpandable",
            Self::Undecodable { .. } => "catga.wire.undecodable",
            Self::Unencodable { .. } => "catga.wire.unencodable",
            Self::WrongAnswer { .. } => "catga.wire.wrong_answer",
            Self::AnswerTooLarge { .. } => "catga.wire.answer_too_large",
            Self::Rejected { code } => code,
        }
    }

    fn class(&self) -> Class {
        match self {
            // It ran, and its answer is lost.
            Self::WrongAnswer { .. } | Self::AnswerTooLarge { .. } => Class::Unknown,
            _ => Class::Permanent,
        }
    }
}

/// The codes that cross, each with a number that never changes.
const CODES: &[&str] = &[
    "catga.wire.envelope",
    "catga.wire.unknown_message",
    "catga.wire.wrong_version",
    "catga.wire.wrong_kind",
    "catga.wire.wrong_schema",
    "catga.wire.wrong_codec",
    "catga.wire.wrong_compression",
    "catga.wire.undecodable",
    "catga.wire.unencodable",
    "catga.wire.wrong_answer",
    "catga.wire.unexpandable",
];

impl WireError {
    /// No message has this number.
    #[doc(hidden)]
    #[cold]
    pub fn unknown<X>(arrived: &Arrived<'_, X>) -> Box<Self> {
        Box::new(Self::UnknownMessage { key: arrived.envelope.key })
    }

    /// A stream query whose rows nobody reads.
    #[doc(hidden)]
    #[cold]
    pub fn unread<M: Message, X>(arrived: &Arrived<'_, X>) -> Box<Self> {
        Box::new(Self::WrongKind { message: M::INFO.name, found: arrived.envelope.kind })
    }

    /// The number of its code.
    pub(super) fn number(&self) -> u8 {
        let code = self.code();
        CODES.iter().position(|known| *known == code).and_then(|at| u8::try_from(at).ok()).unwrap_or(u8::MAX)
    }

    /// What the other side says, by the number of its code.
    pub(super) fn of_number(number: u8) -> Self {
        Self::Rejected { code: CODES.get(usize::from(number)).copied().unwrap_or("catga.wire.rejected") }
    }
}

impl From<EnvelopeError> for WireError {
    fn from(error: EnvelopeError) -> Self {
        Self::Envelope(error)
    }
}

impl fmt::Display for WireError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Envelope(error) => write!(f, "the bytes are no envelope: {error}"),
            Self::UnknownMessage { key } => {
                write!(
                    f,
                    "no message with the key {:#018x} is served here; deploy what serves it, or add it to the contract",
                    key.0
                )
            }
            Self::WrongVersion { message, found, served } => {
                write!(
                    f,
                    "version {found} of `{message}` is not served here, but {served}; give `{message}` an `upcasts`, or deploy what serves it"
                )
            }
            Self::WrongKind { message, found } => {
                write!(
                    f,
                    "`{message}` arrived as a {found:?}, which it is not; build both sides with the same contract"
                )
            }
            Self::WrongSchema { message, found, served } => {
                write!(
                    f,
                    "`{message}` is made of other fields there ({:#010x}) than here ({:#010x}); raise its version",
                    found.0, served.0
                )
            }
            Self::WrongCodec { message, found, served } => {
                write!(
                    f,
                    "`{message}` arrived in codec {}, and here it is {served}; give it the same `codec` on both sides",
                    found.0
                )
            }
            Self::WrongCompression { message, found } => {
                write!(f, "`{message}` is compressed by {}, which is not known here; enable its feature", found.0)
            }
            Self::Unexpandable { message, error } => write!(f, "the body of `{message}` is not expanded: {error}"),
            Self::Undecodable { message, error } => write!(f, "the bytes are no `{message}`: {error}"),
            Self::Unencodable { message, error } => write!(f, "`{message}` has no bytes: {error}"),
            Self::WrongAnswer { message, found } => {
                write!(
                    f,
                    "`{message}` was answered with the answer of another message ({:#018x}), and may have been handled; look whether its effect is there",
                    found.0
                )
            }
            Self::AnswerTooLarge { bytes, limit } => {
                write!(
                    f,
                    "it was handled, and its answer has {bytes} bytes, more than the {limit} that the transport carries; answer with less, or raise the transport's limit"
                )
            }
            Self::Rejected { code } => {
                write!(f, "who serves it did not dispatch it: {code}; build both sides with the same contract")
            }
        }
    }
}

impl core::error::Error for WireError {
    fn source(&self) -> Option<&(dyn core::error::Error + 'static)> {
        match self {
            Self::Envelope(error) => Some(error),
            Self::Unexpandable { error, .. } => Some(error),
            Self::Undecodable { error, .. } => Some(error),
            Self::Unencodable { error, .. } => Some(error),
            _ => None,
        }
    }
}
