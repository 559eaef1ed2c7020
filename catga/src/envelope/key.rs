use crate::message::hash;

/// Which message an envelope is about: the hash of the name that it has on the wire. The name itself travels
/// in no envelope.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct WireKey(pub u64);

impl WireKey {
    /// The key in an answer to what could not be read.
    pub const NONE: Self = Self(0);

    /// The key of a name: its 64-bit FNV-1a hash.
    pub const fn of(name: &str) -> Self {
        Self(hash(name))
    }
}

/// What a message, its reply and its error are made of, as a number: two programs whose fingerprints of one
/// message and version differ do not mean the same bytes.
///
/// It guards against mistakes, not against somebody who looks for two that are equal.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Fingerprint(pub u32);

impl Fingerprint {
    /// Not known: compared with nothing, and not written.
    pub const UNKNOWN: Self = Self(0);

    /// The fingerprint with a schema's hash: both of its halves, in 4 bytes. Never unknown.
    pub const fn of_hash(hash: u64) -> Self {
        match (hash >> 32) as u32 ^ hash as u32 {
            0 => Self(1),
            folded => Self(folded),
        }
    }

    /// Whether it is [`Fingerprint::UNKNOWN`].
    pub const fn is_unknown(self) -> bool {
        self.0 == 0
    }
}
