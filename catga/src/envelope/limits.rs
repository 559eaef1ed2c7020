//! What an envelope may hold at most. More is refused where it is written and where it is read.

use super::TraceContext;

/// The format that this code writes, and the only one that it reads: the first byte.
pub const FORMAT: u8 = 1;

/// The largest ordering key, in bytes.
pub const MAX_ORDERING: usize = 255;

/// The most user headers.
pub const MAX_HEADERS: usize = 64;

/// The longest name of a user header, in bytes.
pub const MAX_HEADER_NAME: usize = 64;

/// The longest value of a user header, in bytes.
pub const MAX_HEADER_VALUE: usize = 1024;

/// The most bytes that all user headers take together: names, values and the lengths of both.
pub const MAX_HEADERS_SIZE: usize = 4096;

/// The part that each envelope has, in bytes.
pub(super) const FIXED: usize = 25;

/// The largest header, in bytes: all before the body.
pub const MAX_HEAD: usize = FIXED
    + size_of::<u32>() // schema
    + 5 // version, a varint of 32 bits
    + 2 * size_of::<u64>() // correlation and causation
    + size_of::<u32>() // budget
    + size_of::<u64>() // sent
    + 1 // compression
    + TraceContext::SIZE
    + 1 + MAX_ORDERING
    + 1 + MAX_HEADERS_SIZE;
