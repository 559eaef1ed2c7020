use core::time::Duration;

use alloc::vec::Vec;

use crate::delivery::inbox::Held;
use crate::delivery::{Admitted, Arrival, Entry, Inbox};
use crate::error::Failure;
use crate::store::port::Remembers;
use crate::store::{Idempotency, LetterId};

/// What is done of a letter that is replayed where it lies, before all of it is: whose claim it is, and which handlers
/// have done their part.
pub(super) const REPLAYED: Idempotency = Idempotency::new("catga.letters");

/// What they know a letter by.
pub(super) fn replay_key(LetterId(sequence, number): LetterId) -> Vec<u8> {
    [&sequence.to_be_bytes()[..], &number.to_be_bytes()].concat()
}

/// The inbox of one letter: nobody else replays it meanwhile, and who of its handlers has done its part in a transaction
/// of the letter's store is known by the next replay. What is recorded goes with the letter.
pub(in crate::delivery) struct Replay<'l, S> {
    store: &'l S,
    key: Vec<u8>,
}

impl<'l, S> Replay<'l, S> {
    pub(super) fn new(store: &'l S, letter: LetterId) -> Self {
        Self { store, key: replay_key(letter) }
    }
}

impl<S: Remembers> Inbox for Replay<'_, S> {
    type Claim = Held;

    fn lease(&self) -> Duration {
        REPLAYED.leased()
    }

    async fn claim(&self, arrival: Arrival<'_>) -> Result<Admitted<Held>, Failure> {
        Held::claim(self.store, &REPLAYED, (self.key.clone(), arrival.fingerprint), arrival.owner).await
    }

    async fn renew(&self, held: &Held) -> Result<bool, Failure> {
        held.renew(self.store).await
    }

    async fn keep(&self, held: Held) -> Result<(), Failure> {
        held.keep(self.store).await
    }

    async fn release(&self, held: Held) {
        held.release(self.store).await;
    }

    fn entry<'c>(&'c self, held: &'c Held) -> Option<Entry<'c>> {
        Some(held.entry())
    }
}
