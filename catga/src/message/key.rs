/// A message's ident as a type, so that the compiler tells implementations for different messages
/// apart by their headers alone; without it, checking a mediator is quadratic in its messages.
#[derive(Debug)]
pub struct Key<const HASH: u64>;

/// The FNV-1a hash of an ident.
///
/// Source: Fowler, Noll, Vo, "The FNV Non-Cryptographic Hash Algorithm", 64 bits.
pub const fn hash(ident: &str) -> u64 {
    let bytes = ident.as_bytes();
    let mut hash = 0xcbf2_9ce4_8422_2325_u64;
    let mut i = 0;
    while i < bytes.len() {
        hash = (hash ^ bytes[i] as u64).wrapping_mul(0x0100_0000_01b3);
        i += 1;
    }
    hash
}

/// A key that can be told from another.
pub trait Called {
    /// The hash.
    const HASH: u64;
}

impl<const HASH: u64> Called for Key<HASH> {
    const HASH: u64 = HASH;
}
