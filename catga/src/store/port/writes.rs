use core::future::Future;
use core::time::Duration;

use crate::store::outbox::OutboxMessage;
use crate::store::{
    Arrival, Claim, Fingerprint, Idempotency, Inbox, Lease, Outbox, Recorded, Scheduler, StoreError, StoreId, Taken,
};

/// A transaction, as delivery writes in it. Dropped without a commit, nothing happened.
pub trait Writes: Send + Sync {
    /// A point to come back to.
    type Mark: Copy + Send + Sync;

    /// The store that it is a transaction of.
    fn store_id(&self) -> StoreId;

    /// Remembers how far the writes are.
    ///
    /// # Errors
    /// As a write's.
    fn mark(&mut self) -> impl Future<Output = Result<Self::Mark, StoreError>> + Send;

    /// Takes back what was written since the mark: at once, or with the next that is asked of the transaction.
    fn truncate(&mut self, mark: Self::Mark);

    /// Does what [`truncate`](Self::truncate) has left to do.
    ///
    /// # Errors
    /// As a write's; nothing can be committed then.
    fn settle(&mut self) -> impl Future<Output = Result<(), StoreError>> + Send;

    /// Adds a message to an outbox.
    ///
    /// # Errors
    /// `Overloaded` where it is full, or its key; else as a write's.
    fn add(&mut self, outbox: &Outbox, message: &OutboxMessage) -> impl Future<Output = Result<(), StoreError>> + Send;

    /// Adds a message to a schedule.
    ///
    /// # Errors
    /// `Mismatch` where its id is scheduled already; `Overloaded` where the schedule is full; else as a write's.
    fn schedule(
        &mut self,
        schedule: &Scheduler,
        due: Due,
        message: OutboxMessage,
    ) -> impl Future<Output = Result<(), StoreError>> + Send;

    /// Does not send what is scheduled under an id.
    ///
    /// # Errors
    /// `Missing` where it was sent already, or never scheduled; else as a write's.
    fn unschedule(&mut self, schedule: &Scheduler, id: u64) -> impl Future<Output = Result<(), StoreError>> + Send;

    /// Sends what is scheduled under an id at another time, in milliseconds since 1970.
    ///
    /// # Errors
    /// As [`unschedule`](Self::unschedule).
    fn reschedule(
        &mut self,
        schedule: &Scheduler,
        id: u64,
        due_ms: u64,
    ) -> impl Future<Output = Result<(), StoreError>> + Send;

    /// Records a handler of an event, by the id of its message: it has done its part with what is written here.
    ///
    /// # Errors
    /// `Conflict`, here or at the commit, where another transaction has recorded it; else as a write's.
    fn record_once(&mut self, id: u64, handler: &str) -> impl Future<Output = Result<(), StoreError>> + Send;

    /// Lets it commit only while a key of an outbox is that relay's.
    ///
    /// # Errors
    /// `Lost`, here or at the commit, where another relay has it by then; else as a write's.
    fn hold_key(
        &mut self,
        outbox: &Outbox,
        key: &[u8],
        claim: Claim,
    ) -> impl Future<Output = Result<(), StoreError>> + Send;

    /// Records the reply of a request that was claimed.
    ///
    /// # Errors
    /// `Lost` where the claim is another's; else as a write's.
    fn complete(
        &mut self,
        records: &Idempotency,
        key: &[u8],
        claim: Claim,
        reply: Recorded,
    ) -> impl Future<Output = Result<(), StoreError>> + Send;

    /// Records a part of a request that was admitted, as one of several handlers of it: it is done with what is written
    /// here.
    ///
    /// # Errors
    /// `Conflict`, here or at the commit, where another transaction has recorded it; else as a write's.
    fn record_part(
        &mut self,
        records: &Idempotency,
        key: &[u8],
        part: &str,
        request: Fingerprint,
    ) -> impl Future<Output = Result<(), StoreError>> + Send;

    /// Takes a message in: its effect belongs into this transaction.
    ///
    /// # Errors
    /// As a read's and a write's; where two transactions take one message, one of them conflicts.
    fn take(&mut self, inbox: &Inbox, arrival: Arrival<'_>) -> impl Future<Output = Result<Taken, StoreError>> + Send;

    /// Lets it commit only while the lease is held.
    ///
    /// # Errors
    /// `Lost`, here or at the commit, where another has it by then; else as a write's.
    fn guard(&mut self, lease: &Lease) -> impl Future<Output = Result<(), StoreError>> + Send;

    /// Commits.
    ///
    /// # Errors
    /// `Conflict`: nothing happened, run again. `Unknown`: it may have happened. Any other: nothing happened.
    fn commit_tx(self) -> impl Future<Output = Result<(), StoreError>> + Send;
}

/// When a scheduled message is due.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Due {
    /// At a time, in milliseconds since 1970.
    At(u64),
    /// So long from now.
    After(Duration),
    /// At a time, and again each time the period has gone by.
    Every {
        /// The first time, in milliseconds since 1970.
        first_ms: u64,
        /// How long after one time the next is, a millisecond at least.
        period: Duration,
    },
}
