use core::time::Duration;

use super::super::dialect::Dialect;
use super::super::sql::Sql;
use crate::store::error::StoreError;
use crate::store::port::{Affects, Ended, Leases, Remembers, Reserves};
use crate::store::protocol::claim::Claim;
use crate::store::protocol::effects::{Begun, EffectId, Effects, OpenEffect};
use crate::store::protocol::idempotency::{Claiming, Fingerprint, Idempotency, Recorded};
use crate::store::protocol::inbox::Inbox;
use crate::store::protocol::lease::Lease;
use crate::store::protocol::reservation::Reservation;

impl<Db: Dialect, D: 'static> Remembers for Sql<Db, D> {
    const RENEWS: bool = false;

    async fn claim_reply(
        &self,
        records: &Idempotency,
        key: &[u8],
        request: Fingerprint,
        owner: u64,
    ) -> Result<Claiming, StoreError> {
        Self::claim_reply(self, records, key, request, owner).await
    }

    async fn recorded_reply(
        &self,
        records: &Idempotency,
        key: &[u8],
        request: Fingerprint,
    ) -> Result<Option<Recorded>, StoreError> {
        Self::recorded_reply(self, records, key, request).await
    }

    async fn renew_reply(&self, records: &Idempotency, key: &[u8], claim: Claim) -> Result<(), StoreError> {
        Self::renew_reply(self, records, key, claim).await
    }

    async fn keep_reply(
        &self,
        records: &Idempotency,
        key: &[u8],
        claim: Claim,
        reply: Recorded,
    ) -> Result<(), StoreError> {
        Self::keep_reply(self, records, key, claim, &reply).await
    }

    async fn recorded_parts(
        &self,
        records: &Idempotency,
        key: &[u8],
        request: Fingerprint,
    ) -> Result<Vec<String>, StoreError> {
        Self::recorded_parts(self, records, key, request).await
    }

    async fn trim_replies(&self, records: &Idempotency, limit: usize) -> Result<usize, StoreError> {
        Self::trim_replies(self, records, limit).await
    }

    async fn forgotten_replies(&self, records: &Idempotency) -> Result<Option<u64>, StoreError> {
        Self::forgotten_replies(self, records).await
    }

    async fn trim_inbox(&self, inbox: &Inbox, limit: usize) -> Result<usize, StoreError> {
        Self::trim_inbox(self, inbox, limit).await
    }

    async fn release_reply(&self, records: &Idempotency, key: &[u8], claim: Claim) -> Result<(), StoreError> {
        Self::release_reply(self, records, key, claim).await
    }
}

impl<Db: Dialect, D: 'static> Leases for Sql<Db, D> {
    async fn acquire_lease(&self, name: &str, owner: u64, time: Duration) -> Result<Lease, StoreError> {
        self.acquire(name, owner, time).await
    }

    async fn renew_lease(&self, lease: &mut Lease, time: Duration) -> Result<(), StoreError> {
        Self::renew_lease(self, lease, time).await
    }

    async fn release_lease(&self, lease: Lease) -> Result<(), StoreError> {
        Self::release_lease(self, lease).await
    }

    fn let_lease_go(&self, lease: Lease) {
        // As a connection's own clean-up, which `sqlx` spawns: without a runtime there are no connections either.
        if let Ok(runtime) = tokio::runtime::Handle::try_current() {
            let store = self.clone();
            runtime.spawn(async move { store.release_lease(lease).await });
        }
    }
}

impl<Db: Dialect, D: 'static> Reserves for Sql<Db, D> {
    async fn reserve_ids(&self, worker: u64, ahead: Duration) -> Result<Reservation, StoreError> {
        self.reserve(worker, ahead).await
    }

    async fn extend_ids(&self, reservation: &mut Reservation, until_ms: u64) -> Result<(), StoreError> {
        self.extend(reservation, until_ms).await
    }
}

impl<Db: Dialect, D: 'static> Affects for Sql<Db, D> {
    async fn begin_effect(
        &self,
        effects: &Effects,
        effect: (&[u8], u64),
        request: &[u8],
        owner: u64,
    ) -> Result<Begun, StoreError> {
        Self::begin_effect(self, effects, effect, request, owner).await
    }

    async fn renew_effect(&self, effects: &Effects, effect: (&[u8], u64), claim: Claim) -> Result<(), StoreError> {
        Self::renew_effect(self, effects, effect, claim).await
    }

    async fn end_effect(
        &self,
        effects: &Effects,
        effect: (&[u8], u64),
        claim: Claim,
        ended: Ended,
    ) -> Result<(), StoreError> {
        Self::end_effect(self, effects, effect, claim, ended).await
    }

    async fn open_effects(&self, after: Option<&EffectId>, limit: usize) -> Result<Vec<OpenEffect>, StoreError> {
        Self::open_effects(self, after, limit).await
    }

    async fn resolve_effect(
        &self,
        effects: &Effects,
        effect: (&[u8], u64),
        answer: Option<&[u8]>,
    ) -> Result<(), StoreError> {
        Self::resolve_effect(self, effects, effect, answer).await
    }

    async fn trim_effects(&self, effects: &Effects, limit: usize) -> Result<usize, StoreError> {
        Self::trim_effects(self, effects, limit).await
    }

    async fn trim_answers(&self, limit: usize) -> Result<usize, StoreError> {
        Self::trim_answers(self, limit).await
    }
}
