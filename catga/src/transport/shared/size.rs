use crate::transport::{Endpoint, TransportError};

/// Whether so many bytes are carried.
///
/// # Errors
/// `TooLarge` where they are more than the limit.
#[inline]
pub(in crate::transport) fn check(bytes: usize, limit: usize) -> Result<(), TransportError> {
    if bytes > limit { Err(TransportError::TooLarge { bytes, limit }) } else { Ok(()) }
}

/// The same of the name of an endpoint or of a group.
pub(in crate::transport) fn check_name(name: &str) -> Result<(), TransportError> {
    check(name.len(), Endpoint::LONGEST)
}
