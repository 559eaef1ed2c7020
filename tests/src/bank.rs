//! What the banks of the tests have in common: how a booking fails, and what it does besides.

use std::fmt;

use catga::prelude::*;
use serde::{Deserialize, Serialize};
use tokio::sync::Notify;

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, Classify)]
pub enum BankError {
    #[class(code = "bank.declined")]
    Declined,
    #[class(transient, code = "bank.busy")]
    Busy,
}

impl fmt::Display for BankError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self:?}")
    }
}

impl std::error::Error for BankError {}

/// What a handler does after it has written and told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Then {
    Answer,
    Decline,
    Panic,
    Wait,
    /// Is busy the first so many times.
    BusyFor(u32),
    /// Answers when it is as late as this, in seconds: where time is virtual.
    Late(u64),
    /// Books once more, in a transaction of its own: where that is seen only when it runs.
    Nest,
}

impl Then {
    /// Does it, at this try; what needs more of its bank is the bank's to do.
    ///
    /// # Errors
    /// Where it says so.
    ///
    /// # Panics
    /// Where it says so.
    pub async fn happens(self, tries: u32, go_on: &Notify) -> Result<(), BankError> {
        match self {
            Self::Decline => Err(BankError::Declined),
            Self::Panic => panic!("after it has written"),
            Self::BusyFor(times) if tries <= times => Err(BankError::Busy),
            Self::Wait => {
                go_on.notified().await;
                Ok(())
            }
            Self::Answer | Self::BusyFor(_) | Self::Late(_) | Self::Nest => Ok(()),
        }
    }
}
