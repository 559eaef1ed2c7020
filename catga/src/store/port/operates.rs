use core::future::Future;

use super::Drains;
use crate::store::{DeadLetter, DeadLetters, Idempotency, LetterId, Scheduled, Scheduler, StoreError};

/// A store whose dead letters and schedules an operator sees and changes: what [`DeadLetters`] and [`Scheduler`]
/// promise, each in one commit of its own. What is scheduled is cancelled and moved in a transaction
/// ([`Writes`](super::Writes)), and a letter is replayed by [`Drains::replay_letter`].
pub trait Operates: Drains {
    /// Keeps a message that a group of consumers gives up, once: where it is there already, by its group, its source, its
    /// id and its fingerprint, that stays as it is.
    ///
    /// # Errors
    /// `Overloaded` where there are as many as there may be; else as a commit's.
    fn bury_letter(
        &self,
        letters: &DeadLetters,
        letter: &DeadLetter,
    ) -> impl Future<Output = Result<(), StoreError>> + Send;

    /// Up to `limit` dead letters, oldest first, after one of them.
    ///
    /// # Errors
    /// As a read's.
    fn letters(
        &self,
        letters: &DeadLetters,
        after: Option<LetterId>,
        limit: usize,
    ) -> impl Future<Output = Result<Vec<(LetterId, DeadLetter)>, StoreError>> + Send;

    /// One dead letter.
    ///
    /// # Errors
    /// `Missing` where it is not there; else as a read's.
    fn letter(
        &self,
        letters: &DeadLetters,
        letter: LetterId,
    ) -> impl Future<Output = Result<DeadLetter, StoreError>> + Send;

    /// Changes the body of a dead letter, so that it may be replayed.
    ///
    /// # Errors
    /// `Missing` where it is not there; else as a commit's.
    fn edit_letter(
        &self,
        letters: &DeadLetters,
        letter: LetterId,
        body: &[u8],
    ) -> impl Future<Output = Result<(), StoreError>> + Send;

    /// Throws a dead letter away.
    ///
    /// # Errors
    /// `Missing` where it is not there; else as a commit's.
    fn discard_letter(
        &self,
        letters: &DeadLetters,
        letter: LetterId,
    ) -> impl Future<Output = Result<(), StoreError>> + Send;

    /// Takes out a dead letter that consumers gave up and one of them has handled since, or that is thrown away, with what
    /// is recorded of the request that it was handled by: claim or reply, and parts. All in one commit.
    ///
    /// # Errors
    /// `Missing` where it is not there; else as a commit's.
    fn settle_letter(
        &self,
        letters: &DeadLetters,
        letter: LetterId,
        handled: (&Idempotency, &[u8]),
    ) -> impl Future<Output = Result<(), StoreError>> + Send;

    /// Up to `limit` of what is scheduled, by its time in milliseconds since 1970, after the time and id of one of them.
    ///
    /// # Errors
    /// As a read's.
    fn scheduled(
        &self,
        schedule: &Scheduler,
        after: Option<(u64, u64)>,
        limit: usize,
    ) -> impl Future<Output = Result<Vec<(u64, Scheduled)>, StoreError>> + Send;
}
