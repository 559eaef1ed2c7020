use core::future::Future;

use super::Transacts;
use crate::store::{Claim, Claiming, Fingerprint, Idempotency, StoreError};

/// A store that records replies: what [`Idempotency`] promises, each in one commit of its own.
pub trait Remembers: Transacts {
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
