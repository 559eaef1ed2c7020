use super::fnv;

/// A message's ident as a type, so that the compiler tells implementations for different messages
/// apart by their headers alone; without it, checking a mediator is quadratic in its messages.
#[derive(Debug)]
pub struct Key<const HASH: u64>;

/// The FNV-1a hash of an ident.
pub const fn hash(ident: &str) -> u64 {
    fnv::of(ident.as_bytes())
}

/// A key that can be told from another.
pub trait Called {
    /// The hash.
    const HASH: u64;
}

impl<const HASH: u64> Called for Key<HASH> {
    const HASH: u64 = HASH;
}
