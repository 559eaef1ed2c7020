use core::marker::PhantomData;

use crate::delivery::Inbox;
#[cfg(feature = "store")]
use crate::delivery::inbox::Entry;
#[cfg(feature = "store")]
use crate::scope::{By, Entry as Known, Roll};
use crate::wire::Arrived;

/// What an inbox has admitted, as the store knows it whose transactions record what is done of it.
#[derive(Clone, Copy, Default)]
pub(super) struct Handed<'c> {
    #[cfg(feature = "store")]
    entry: Option<Entry<'c>>,
    inbox: PhantomData<&'c ()>,
}

impl<'c> Handed<'c> {
    #[cfg_attr(not(feature = "store"), expect(unused_variables, reason = "there are no stores"))]
    pub(super) fn of<I: Inbox>(inbox: &'c I, claim: &'c I::Claim) -> Self {
        Self {
            #[cfg(feature = "store")]
            entry: inbox.entry(claim),
            inbox: PhantomData,
        }
    }

    /// Whoever has done its part, and where the others record theirs.
    pub(super) fn roll(self) -> HandedRoll<'c> {
        HandedRoll {
            #[cfg(feature = "store")]
            roll: self.entry.map(|Entry { store, records, key, fingerprint, done }| {
                Roll::new(done, store, By::Inbox(Known { records, key, fingerprint }))
            }),
            inbox: PhantomData,
        }
    }
}

/// Who of a message's handlers has done it, as far as a store knows: nobody, where there is none.
pub(super) struct HandedRoll<'c> {
    #[cfg(feature = "store")]
    roll: Option<Roll<'c>>,
    inbox: PhantomData<&'c ()>,
}

impl<'c> HandedRoll<'c> {
    /// The message, where its handlers find out who of them has done it.
    pub(super) fn on<'a, X>(&'a self, arrived: Arrived<'a, X>) -> Arrived<'a, X> {
        #[cfg(feature = "store")]
        if let Some(roll) = &self.roll {
            return arrived.heard_by(roll);
        }
        arrived
    }

    /// Whether it was done before, with a reply that cannot be read here.
    pub(super) fn was_done(&self) -> bool {
        #[cfg(feature = "store")]
        if let Some(roll) = &self.roll {
            return roll.was_done();
        }
        false
    }
}
