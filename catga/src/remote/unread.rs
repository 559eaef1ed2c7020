use alloc::boxed::Box;
use core::fmt;

use crate::error::{Class, Classify, Error, Failure};
use crate::wire::WireError;

/// An answer that came, and is none for what was asked: with its bytes, for whoever looks into it. It is the source
/// of the [`Error::Transport`] that the caller has.
#[derive(Clone, PartialEq, Eq)]
pub struct UnreadAnswer {
    /// What is wrong with it.
    pub error: WireError,
    /// The bytes as they came, envelope and all: the first [`UnreadAnswer::KEPT`] of them.
    pub bytes: Box<[u8]>,
    /// How many bytes came.
    pub len: usize,
}

impl UnreadAnswer {
    /// How many bytes are kept at most.
    pub const KEPT: usize = 64 << 10;

    /// It was answered, so it was handled; how it went is not known.
    #[cold]
    pub(super) fn failure<E>(error: WireError, bytes: &[u8]) -> Error<E> {
        let kept = bytes.get(..Self::KEPT).unwrap_or(bytes);
        let code = error.code();
        let unread = Self { error, bytes: kept.into(), len: bytes.len() };
        Error::Transport(Failure::with_source(code, Class::Unknown, unread))
    }
}

impl fmt::Display for UnreadAnswer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "an answer of {} bytes was not read: {}", self.len, self.error)
    }
}

// The bytes are for who asks for them: an error is logged, and they may be what is nobody's business there.
impl fmt::Debug for UnreadAnswer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("UnreadAnswer").field("error", &self.error).field("len", &self.len).finish_non_exhaustive()
    }
}

impl core::error::Error for UnreadAnswer {
    fn source(&self) -> Option<&(dyn core::error::Error + 'static)> {
        Some(&self.error)
    }
}
