use core::future::Future;

use super::Transacts;
use crate::store::outbox::{ClaimedKey, KeyInfo, Marked, Relay};
use crate::store::{DeadLetter, DeadLetters, LetterId, Outbox, Scheduler, StoreError};

/// A store whose outbox relays drain: what [`Outbox`] and [`Relay`] promise, each in one commit of its own.
pub trait Drains: Transacts {
    /// Claims up to `limit` keys with their first rows.
    ///
    /// # Errors
    /// `Held` after a restore, until it is confirmed; else as a commit's.
    fn claim_keys(
        &self,
        relay: &mut Relay,
        limit: usize,
    ) -> impl Future<Output = Result<Vec<ClaimedKey>, StoreError>> + Send;

    /// Marks what became of claimed keys, and puts what is given up into the dead letters, all in one commit.
    ///
    /// # Errors
    /// `Lost` where one of the keys is another relay's: nothing is marked then. Else as a commit's.
    fn settle_keys(
        &self,
        outbox: &Outbox,
        keys: &[&Marked],
        letters: &DeadLetters,
        given_up: &[&DeadLetter],
    ) -> impl Future<Output = Result<(), StoreError>> + Send;

    /// Takes a message out of the dead letters and into the outbox, in one commit.
    ///
    /// # Errors
    /// `Missing` where it is not there; else as a commit's.
    fn replay_letter(
        &self,
        letters: &DeadLetters,
        letter: LetterId,
        outbox: &Outbox,
    ) -> impl Future<Output = Result<(), StoreError>> + Send;

    /// Prolongs the claim of a key.
    ///
    /// # Errors
    /// `Lost` where it is another relay's; else as a commit's.
    fn renew_key(&self, outbox: &Outbox, key: &mut ClaimedKey) -> impl Future<Output = Result<(), StoreError>> + Send;

    /// Keys that are claimed, wait, are parked or held: up to `limit`, after the key `after`.
    ///
    /// # Errors
    /// As a read's.
    fn key_states(
        &self,
        outbox: &Outbox,
        after: Option<&[u8]>,
        limit: usize,
    ) -> impl Future<Output = Result<Vec<KeyInfo>, StoreError>> + Send;

    /// Lets a parked or held key move again.
    ///
    /// # Errors
    /// `Missing` where it is neither; else as a commit's.
    fn resume_key(&self, outbox: &Outbox, key: &[u8]) -> impl Future<Output = Result<(), StoreError>> + Send;

    /// Removes up to `limit` published rows that are older than the retention, and says how many.
    ///
    /// # Errors
    /// As a commit's.
    fn trim_published(&self, outbox: &Outbox, limit: usize) -> impl Future<Output = Result<usize, StoreError>> + Send;

    /// Makes up to `limit` of what is due rows of the outbox, and says how many.
    ///
    /// # Errors
    /// `Held` after a restore, until it is confirmed; `Overloaded` where the outbox is full; else as a commit's.
    fn release_due(
        &self,
        schedule: &Scheduler,
        outbox: &Outbox,
        limit: usize,
    ) -> impl Future<Output = Result<usize, StoreError>> + Send;
}
