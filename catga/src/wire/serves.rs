use core::fmt;
use core::future::Future;

use alloc::boxed::Box;

use super::{Ending, Press, WireError};
use crate::contract::Contract;
use crate::envelope::{Envelope, WireKey};
use crate::error::Failure;
#[cfg(feature = "store")]
use crate::scope::Roll;
use crate::scope::{Call, Mediator, Origin};
use crate::time::Cancel;

/// A contract that the mediator `A` serves: it handles all its messages.
///
/// Implemented by `#[contract]` for every mediator that does, and by `#[mediator(serves)]` for the mediator
/// itself as the contract of all that it handles. The table is a `match` on constants; a
/// program that does not serve the contract holds nothing of it.
///
/// Errors are boxed: what goes from future to future is as large as the largest of them, also where all is well.
#[diagnostic::on_unimplemented(
    message = "CATGA101: `{Self}` cannot be served here",
    label = "it has no table for what arrives as bytes",
    note = "name a contract; or, so that all of a mediator is one, say `#[mediator(serves)]` at it, and serve it with itself"
)]
pub trait Serves<A: Mediator>: Contract {
    /// Which of its messages has this name and this version, or else this name.
    fn find(key: WireKey, version: u32) -> Option<usize>;

    /// Decodes and dispatches message number `at`; the ending says what becomes of how that went.
    fn dispatch<'f, E: Ending + 'f>(
        app: &'f A,
        at: usize,
        arrived: &'f Arrived<'f, A::Extension>,
        ending: E,
    ) -> impl Future<Output = Result<E::Output, Box<WireError>>> + Send + 'f;
}

/// How a message ended that nobody waits for.
pub type Received = Result<(), Failure>;

/// A message that has arrived, still as bytes, and what came with it.
pub struct Arrived<'a, X = ()> {
    /// The message.
    pub envelope: &'a Envelope<'a>,
    /// What handlers read through `Extended`.
    pub extension: Option<&'a X>,
    /// What expands its body and compresses its answer's.
    pub(crate) press: Option<&'a Press>,
    /// What it says of itself, where all that it sets off finds it.
    pub(crate) origin: Origin<'a>,
}

// By hand: a derive would ask it of `X`, which is only borrowed.
impl<X> Clone for Arrived<'_, X> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<X> Copy for Arrived<'_, X> {}

impl<X> fmt::Debug for Arrived<'_, X> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Arrived").field("envelope", self.envelope).finish_non_exhaustive()
    }
}

impl<'a, X> Arrived<'a, X> {
    /// A message that has arrived.
    pub const fn new(envelope: &'a Envelope<'a>) -> Self {
        Self { envelope, extension: None, press: None, origin: Origin::of_arrived(envelope) }
    }

    /// Who may cancel it.
    #[must_use]
    pub const fn cancel(mut self, cancel: Option<&'a Cancel>) -> Self {
        self.origin.cancel = cancel;
        self
    }

    /// Who of an event's handlers has done it already.
    #[cfg(feature = "store")]
    #[must_use]
    pub(crate) const fn heard_by(mut self, roll: &'a Roll<'a>) -> Self {
        self.origin.roll = Some(roll);
        self
    }

    /// What it says of itself, as a call.
    #[inline]
    pub(super) const fn call(&self) -> Call<'a, X> {
        Call { origin: self.origin, extension: self.extension }
    }
}
