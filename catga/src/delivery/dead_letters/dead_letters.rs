use core::future::Future;

use alloc::sync::Arc;

use crate::error::{Class, Failure};
use crate::transport::Parcel;

/// Who keeps what could not be handled: the port behind a [`Consumer`](crate::delivery::Consumer).
#[diagnostic::on_unimplemented(
    message = "`{Self}` keeps no dead letters",
    label = "what cannot be handled has to go somewhere",
    note = "`StoreLetters::new(&db)` keeps them in a store; or implement `DeadLetters` for it: `async fn bury(&self, letter: Letter<'_>) -> Result<(), Failure>`"
)]
pub trait DeadLetters: Send + Sync {
    /// Keeps a letter; only when this has succeeded is the message acknowledged.
    ///
    /// The same letter may come more than once, as the acknowledgement may be lost: its group, its endpoint and
    /// its parcel's id tell. Dropping the future before it returns leaves it open whether the letter was kept.
    ///
    /// # Errors
    /// Where it was not kept, for whatever reason: the message stays with the transport and comes again.
    fn bury(&self, letter: Letter<'_>) -> impl Future<Output = Result<(), Failure>> + Send;
}

/// A message that was given up: what arrived, byte for byte, and why it was not handled.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Letter<'a> {
    /// What arrived, with its id and its key. Published again, it is the same message.
    pub parcel: &'a Parcel,
    /// Which message it is, by its name on the wire; none where the contract has no such message.
    pub name: Option<&'static str>,
    /// Where it arrived.
    pub endpoint: &'a str,
    /// The group that could not handle it; others may have.
    pub group: &'a str,
    /// How often it was delivered to the group, this time included.
    pub attempts: u32,
    /// The code of the last error.
    pub code: &'static str,
    /// The class of the last error. Where it is not `Permanent`, the attempts were exhausted.
    pub class: Class,
    /// The last error and what it came from, as a text.
    pub error: &'a str,
    /// When it was given up, in milliseconds since 1970-01-01 UTC, by the mediator's clock.
    pub unix_ms: u64,
}

macro_rules! behind {
    ($pointer:ty) => {
        impl<L: DeadLetters + ?Sized> DeadLetters for $pointer {
            fn bury(&self, letter: Letter<'_>) -> impl Future<Output = Result<(), Failure>> + Send {
                (**self).bury(letter)
            }
        }
    };
}

behind!(&L);
behind!(Arc<L>);
