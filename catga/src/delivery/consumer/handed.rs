use core::marker::PhantomData;

use crate::delivery::Inbox;
#[cfg(feature = "store")]
use crate::delivery::inbox::Entry;
#[cfg(feature = "store")]
use crate::scope::{By, Entry as Known, Roll};

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
    #[cfg(feature = "store")]
    pub(super) fn roll(&self) -> Option<Roll<'c>> {
        let Entry { store, key, fingerprint, done } = self.entry?;
        Some(Roll::new(done, store, By::Inbox(Known { key, fingerprint })))
    }
}
