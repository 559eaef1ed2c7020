use crate::store::error::StoreError;

/// What became of a member.
#[derive(Clone, Debug)]
#[must_use]
pub enum Answer {
    /// It is applied and durable, as the transaction of this sequence.
    Committed(u64),
    /// Nothing happened: what it had read has changed, or what must hold does not.
    Conflict(Clash),
    /// It may have been applied, and the store cannot tell.
    Unknown(StoreError),
    /// Nothing happened.
    Failed(StoreError),
}

/// Why a member was not applied.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Clash {
    /// Something that it had read has changed.
    Read,
    /// Its snapshot is older than what the store remembers.
    TooOld,
    /// The precondition with this index does not hold.
    Need(usize),
}
