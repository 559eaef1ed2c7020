//! Its records of replies.

use std::time::Duration;

use catga::store::port::Remembers;
use catga::store::{Claim, Claiming, ErrorKind, Fingerprint, Idempotency, Inbox, Recorded, StoreError};

use super::{Broken, Fault, unless_late};

impl Remembers for Broken {
    async fn claim_reply(
        &self,
        records: &Idempotency,
        key: &[u8],
        request: Fingerprint,
        owner: u64,
    ) -> Result<Claiming, StoreError> {
        const ONE: Idempotency = Idempotency::new("one").lease(Duration::from_secs(10));
        let records = if self.is(Fault::HasOneScope) { &ONE } else { records };
        let request = if self.is(Fault::AnswersAnyRequest) { 0 } else { request };
        match self.store.claim_reply(records, key, request, owner).await {
            Err(error) if self.is(Fault::RunsEveryRepeat) && matches!(error.kind(), ErrorKind::InProgress { .. }) => {
                Ok(Claiming::Yours(Claim { owner, fence: 1 }))
            }
            Ok(Claiming::Yours(claim)) if self.is(Fault::HasOneFence) => {
                self.store.release_reply(records, key, claim).await?;
                Ok(Claiming::Yours(Claim { fence: 1, ..claim }))
            }
            claimed => claimed,
        }
    }

    async fn recorded_reply(
        &self,
        records: &Idempotency,
        key: &[u8],
        request: Fingerprint,
    ) -> Result<Option<Recorded>, StoreError> {
        let request = if self.is(Fault::AnswersAnyRequest) { 0 } else { request };
        self.store.recorded_reply(records, key, request).await
    }

    async fn renew_reply(&self, records: &Idempotency, key: &[u8], claim: Claim) -> Result<(), StoreError> {
        self.store.renew_reply(records, key, claim).await
    }

    async fn keep_reply(
        &self,
        records: &Idempotency,
        key: &[u8],
        claim: Claim,
        reply: Recorded,
    ) -> Result<(), StoreError> {
        if self.is(Fault::ForgetsReplies) {
            return self.store.release_reply(records, key, claim).await;
        }
        let kept = self.store.keep_reply(records, key, claim, reply).await;
        unless_late(self.is(Fault::RecordsForWhoIsLate), kept)
    }

    async fn recorded_parts(
        &self,
        records: &Idempotency,
        key: &[u8],
        request: Fingerprint,
    ) -> Result<Vec<String>, StoreError> {
        self.store.recorded_parts(records, key, request).await
    }

    async fn trim_replies(&self, records: &Idempotency, limit: usize) -> Result<usize, StoreError> {
        let (whole, now) = (*records, records.retention(Duration::ZERO));
        let records = if self.is(Fault::TrimsWhatIsNew) { &now } else { &whole };
        if self.is(Fault::TrimsNothing) {
            return Ok(0);
        }
        self.store.trim_replies(records, limit).await
    }

    async fn forgotten_replies(&self, records: &Idempotency) -> Result<Option<u64>, StoreError> {
        self.store.forgotten_replies(records).await
    }

    async fn trim_inbox(&self, inbox: &Inbox, limit: usize) -> Result<usize, StoreError> {
        self.store.trim_inbox(inbox, limit).await
    }

    async fn release_reply(&self, records: &Idempotency, key: &[u8], claim: Claim) -> Result<(), StoreError> {
        if self.is(Fault::CachesFailures) {
            let failed = Recorded { codec: "text".into(), schema: 0, reply: b"failed".to_vec() };
            return self.store.keep_reply(records, key, claim, failed).await;
        }
        self.store.release_reply(records, key, claim).await
    }
}
