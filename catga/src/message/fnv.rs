//! FNV-1a, 64 bits: in names on the wire and in stores, so that the same bytes have the same hash in every version.
//!
//! Source: Fowler, Noll, Vo, "The FNV Non-Cryptographic Hash Algorithm".

/// That of no bytes.
const BASIS: u64 = 0xcbf2_9ce4_8422_2325;

/// The hash of these bytes.
pub(crate) const fn of(bytes: &[u8]) -> u64 {
    onto(BASIS, bytes)
}

/// The hash of these bytes behind those that have this one.
#[inline]
pub(crate) const fn onto(mut hash: u64, bytes: &[u8]) -> u64 {
    let mut at = 0;
    while at < bytes.len() {
        hash = (hash ^ bytes[at] as u64).wrapping_mul(0x0100_0000_01b3);
        at += 1;
    }
    hash
}
