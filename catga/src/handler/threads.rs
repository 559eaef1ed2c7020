//! Whether threads may share something, as a constant asks it: where they may not, it has no value, and what hangs on
//! it no type. That is one error, and rustc asks no further.

/// That one thread may hand it to another.
pub const fn is_sent<T: Send>() -> bool {
    true
}

/// That threads may share it.
pub const fn is_shared<T: Sync>() -> bool {
    true
}
