use core::future::Future;

use super::Transacts;
use crate::store::{Claim, Claiming, Fingerprint, Idempotency, Inbox, Recorded, StoreError};

/// A store that records replies: what [`Idempotency`] promises, each in one commit of its own.
pub trait Remembers: Transacts {
    /// Whether a claim can be renewed while the transaction that records its reply is open, without a conflict between
    /// the two.
    const RENEWS: bool = true;

    /// Claims a key, or gets the reply that is recorded.
    ///
    /// # Errors
    /// `InProgress`, `Mismatch`; else as a commit's.
    fn claim_reply(
        &self,
        records: &Idempotency,
        key: &[u8],
        request: Fingerprint,
        owner: u64,
    ) -> impl Future<Output = Result<Claiming, StoreError>> + Send;

    /// The reply that is recorded, where there is one; nothing is claimed.
    ///
    /// # Errors
    /// `InProgress`, `Mismatch`; else as a read's.
    fn recorded_reply(
        &self,
        records: &Idempotency,
        key: &[u8],
        request: Fingerprint,
    ) -> impl Future<Output = Result<Option<Recorded>, StoreError>> + Send;

    /// Prolongs a claim by its lease, from now.
    ///
    /// # Errors
    /// `Lost` where it is another's: the work has to stop. Else as a commit's.
    fn renew_reply(
        &self,
        records: &Idempotency,
        key: &[u8],
        claim: Claim,
    ) -> impl Future<Output = Result<(), StoreError>> + Send;

    /// Records a reply outside of the transaction of its effect: where that is no row of this store.
    ///
    /// # Errors
    /// `Lost` where the claim is another's; else as a commit's.
    fn keep_reply(
        &self,
        records: &Idempotency,
        key: &[u8],
        claim: Claim,
        reply: Recorded,
    ) -> impl Future<Output = Result<(), StoreError>> + Send;

    /// The parts of a request that are recorded, each with its effect: see [`Writes::record_part`](super::Writes).
    ///
    /// # Errors
    /// `Mismatch` where they are of another request; else as a read's.
    fn recorded_parts(
        &self,
        records: &Idempotency,
        key: &[u8],
        request: Fingerprint,
    ) -> impl Future<Output = Result<Vec<String>, StoreError>> + Send;

    /// Removes up to `limit` replies that are older than the retention, and says how many. Claims that nobody holds any
    /// more go with them, and do not count.
    ///
    /// # Errors
    /// As a commit's; a `Conflict` says that others were at the same.
    fn trim_replies(
        &self,
        records: &Idempotency,
        limit: usize,
    ) -> impl Future<Output = Result<usize, StoreError>> + Send;

    /// What was sent before this may have been handled and removed since, in milliseconds since 1970; `None` where
    /// nothing was, or these are no records of what was sent.
    ///
    /// # Errors
    /// As a read's.
    fn forgotten_replies(&self, records: &Idempotency) -> impl Future<Output = Result<Option<u64>, StoreError>> + Send;

    /// Forgets up to `limit` messages that an inbox took in longer ago than its retention, behind its watermark, and says
    /// how many.
    ///
    /// # Errors
    /// As a commit's; a `Conflict` says that an old message was just being taken.
    fn trim_inbox(&self, inbox: &Inbox, limit: usize) -> impl Future<Output = Result<usize, StoreError>> + Send;

    /// Gives a claim up.
    ///
    /// # Errors
    /// `Lost` where it is another's; else as a commit's.
    fn release_reply(
        &self,
        records: &Idempotency,
        key: &[u8],
        claim: Claim,
    ) -> impl Future<Output = Result<(), StoreError>> + Send;
}
