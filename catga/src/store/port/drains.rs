use core::future::Future;

use super::Transacts;
use crate::store::outbox::{ClaimedKey, HeldKey, KeyInfo, Marked, Oldest, Relay};
use crate::store::{DeadLetter, DeadLetters, LetterId, Outbox, Scheduler, StoreError};

/// What became of a claimed key.
#[derive(Debug)]
pub struct Settled {
    /// How far it was delivered, and what comes next.
    pub marked: Marked,
    /// Of the row that is taken off.
    pub letter: Option<DeadLetter>,
    /// The ids of events whose handlers have all done their part, and of whom there is a record.
    pub forgotten: Vec<u64>,
    /// The handlers that have, of the event that failed: they do not run again with the next attempt, nor when it is
    /// replayed.
    pub heard: Vec<&'static str>,
}

impl Settled {
    /// The id of the event that failed, and the handlers to record.
    pub(in crate::store) fn heard(&self) -> impl Iterator<Item = (u64, &'static str)> {
        let failed = self.marked.key.rows.get(self.marked.published);
        failed.into_iter().flat_map(|row| self.heard.iter().map(|handler| (row.message.id, *handler)))
    }
}

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

    /// The handlers of an event, by the id of its message, of whom it is recorded that they have done their part.
    ///
    /// # Errors
    /// As a read's.
    fn heard(&self, id: u64) -> impl Future<Output = Result<Vec<String>, StoreError>> + Send;

    /// Marks what became of claimed keys, records and forgets handlers, and puts what is given up into the dead
    /// letters, all in one commit.
    ///
    /// # Errors
    /// `Lost` where one of the keys is another relay's: nothing is marked then. Else as a commit's.
    fn settle_keys(
        &self,
        outbox: &Outbox,
        letters: &DeadLetters,
        keys: &[Settled],
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

    /// How many messages of an outbox are not delivered yet.
    ///
    /// # Errors
    /// As a read's.
    fn backlog(&self, outbox: &Outbox) -> impl Future<Output = Result<u64, StoreError>> + Send;

    /// The oldest message of up to `limit` keys of an outbox, after one of them.
    ///
    /// # Errors
    /// As a read's.
    fn oldest(
        &self,
        outbox: &Outbox,
        after: Option<&[u8]>,
        limit: usize,
    ) -> impl Future<Output = Result<Oldest, StoreError>> + Send;

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

    /// Keys that are held, each with what its first message is: up to `limit`, after the key `after`.
    ///
    /// # Errors
    /// As a read's.
    fn held_keys(
        &self,
        outbox: &Outbox,
        after: Option<&[u8]>,
        limit: usize,
    ) -> impl Future<Output = Result<Vec<HeldKey>, StoreError>> + Send;

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
