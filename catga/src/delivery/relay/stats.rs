use crate::delivery::count::Count;

/// What a relay has done so far.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct RelayStats {
    /// Messages that were handled, or taken by a transport.
    pub delivered: u64,
    /// Attempts that failed, and whose message comes again.
    pub retried: u64,
    /// Messages that were given up.
    pub given_up: u64,
    /// Messages that this program does not know, and holds.
    pub held: u64,
    /// Keys that another relay has taken over, or whose end could not be marked: they are delivered once more.
    pub lost: u64,
    /// Claims, marks and the like that the store refused, and that are tried again.
    pub store_errors: u64,
    /// Looks for messages that the store refused, as it was restored or is a copy: until an operator has
    /// [confirmed](crate::store::Store::confirm) it, nothing is delivered.
    pub unconfirmed: u64,
}

/// All of them.
#[derive(Debug, Default)]
pub(super) struct Counts {
    pub(super) delivered: Count,
    pub(super) retried: Count,
    pub(super) given_up: Count,
    pub(super) held: Count,
    pub(super) lost: Count,
    pub(super) store_errors: Count,
    pub(super) unconfirmed: Count,
}

impl Counts {
    pub(super) fn stats(&self) -> RelayStats {
        RelayStats {
            delivered: self.delivered.get(),
            retried: self.retried.get(),
            given_up: self.given_up.get(),
            held: self.held.get(),
            lost: self.lost.get(),
            store_errors: self.store_errors.get(),
            unconfirmed: self.unconfirmed.get(),
        }
    }
}
