use core::fmt;

use super::WireError;

/// Bytes that were not dispatched, whole, for whoever keeps them: they are dead letters, and not done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rejected<'a> {
    /// Why not.
    pub error: WireError,
    /// The bytes as they arrived.
    pub bytes: &'a [u8],
}

impl fmt::Display for Rejected<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} bytes were not dispatched: {}", self.bytes.len(), self.error)
    }
}

impl core::error::Error for Rejected<'_> {
    fn source(&self) -> Option<&(dyn core::error::Error + 'static)> {
        // The error is part of the text already.
        core::error::Error::source(&self.error)
    }
}
