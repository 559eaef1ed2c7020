//! How long each waits for the next, from the bank to the client: who asks has more patience than who is asked.

use std::time::Duration;

use catga::prelude::*;

/// Nearly all of it follows from how long a charge may take.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Patience {
    /// With all attempts at it.
    pub(crate) charge: Duration,
    /// What a process had begun that was killed is held for so long. It should be longer than a transaction may last.
    pub(crate) lease: Duration,
}

impl Patience {
    /// Where nothing else is said.
    pub(crate) const DEFAULT: Self = Self { charge: Duration::from_secs(2), lease: Duration::from_secs(3) };

    /// With a process that handles a request or a message: renewed while it does.
    pub(crate) const fn lease(&self) -> Duration {
        self.lease
    }

    /// With a charge that is under way; renewed while it lasts. Its message comes again later than that.
    pub(crate) fn under_way(self) -> Duration {
        self.lease / 3
    }

    /// Of payments with the bank: all attempts together.
    pub(crate) const fn in_all(self) -> Timeout {
        Timeout::after(self.charge)
    }

    /// Of payments with the bank: one attempt. Three of them fit, and what is waited between.
    pub(crate) fn attempt(self) -> Timeout {
        Timeout::after(self.charge / 4)
    }

    /// For how long a bank that fails is left alone.
    pub(crate) fn respite(self) -> Duration {
        self.charge * 5
    }

    /// Of who asks what is written down.
    pub(crate) const fn query(self) -> Timeout {
        Timeout::after(self.charge)
    }

    /// Of a shop with payments that are elsewhere, and have given up by then.
    pub(crate) fn elsewhere(self) -> Duration {
        self.charge * 3 / 2
    }

    /// Of a client with what becomes of its order: a charge and its voiding, elsewhere, take less.
    pub(crate) fn outcome(self) -> Duration {
        self.charge * 4
    }

    /// Of payments that are told to stop, with the charges that are under way.
    pub(crate) fn till(self) -> Duration {
        self.charge * 5 / 2
    }

    /// Of a shop that is told to stop, with the clients that wait.
    pub(crate) fn shop(self) -> Duration {
        self.charge * 5
    }
}
