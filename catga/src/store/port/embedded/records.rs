use core::pin::pin;
use core::task::{Context, Waker};
use core::time::Duration;

use crate::store::port::{Affects, Ended, Leases, Remembers, Reserves};
use crate::store::{
    Begun, Claim, Claiming, EffectId, Effects, Fingerprint, Idempotency, Inbox, Lease, OpenEffect, Recorded,
    Reservation, Store, StoreError,
};

impl<D: 'static> Remembers for Store<D> {
    async fn claim_reply(
        &self,
        records: &Idempotency,
        key: &[u8],
        request: Fingerprint,
        owner: u64,
    ) -> Result<Claiming, StoreError> {
        records.claim(self, key, request, owner).await
    }

    async fn recorded_reply(
        &self,
        records: &Idempotency,
        key: &[u8],
        request: Fingerprint,
    ) -> Result<Option<Recorded>, StoreError> {
        records.check(&mut self.begin_own()?, key, request)
    }

    async fn renew_reply(&self, records: &Idempotency, key: &[u8], claim: Claim) -> Result<(), StoreError> {
        records.renew(self, key, claim).await
    }

    async fn keep_reply(
        &self,
        records: &Idempotency,
        key: &[u8],
        claim: Claim,
        reply: Recorded,
    ) -> Result<(), StoreError> {
        let mut tx = self.begin_own()?;
        records.complete(&mut tx, key, claim, reply)?;
        tx.commit().await.map(drop)
    }

    async fn recorded_parts(
        &self,
        records: &Idempotency,
        key: &[u8],
        request: Fingerprint,
    ) -> Result<Vec<String>, StoreError> {
        records.parts(self, key, request)
    }

    async fn trim_replies(&self, records: &Idempotency, limit: usize) -> Result<usize, StoreError> {
        records.trim(self, limit).await
    }

    async fn forgotten_replies(&self, records: &Idempotency) -> Result<Option<u64>, StoreError> {
        records.forgotten(self)
    }

    async fn trim_inbox(&self, inbox: &Inbox, limit: usize) -> Result<usize, StoreError> {
        inbox.trim(self, limit).await
    }

    async fn release_reply(&self, records: &Idempotency, key: &[u8], claim: Claim) -> Result<(), StoreError> {
        records.release(self, key, claim).await
    }
}

impl<D: 'static> Leases for Store<D> {
    async fn acquire_lease(&self, name: &str, owner: u64, time: Duration) -> Result<Lease, StoreError> {
        Lease::acquire(self, name, owner, time).await
    }

    async fn renew_lease(&self, lease: &mut Lease, time: Duration) -> Result<(), StoreError> {
        lease.renew(self, time).await
    }

    async fn release_lease(&self, lease: Lease) -> Result<(), StoreError> {
        lease.release(self).await
    }

    fn let_lease_go(&self, lease: Lease) {
        // The first poll hands the commit over, and nobody waits for its answer.
        let _ = pin!(lease.release(self)).poll(&mut Context::from_waker(Waker::noop()));
    }
}

impl<D: 'static> Reserves for Store<D> {
    async fn reserve_ids(&self, worker: u64, ahead: Duration) -> Result<Reservation, StoreError> {
        Reservation::take(self, worker, ahead).await
    }

    async fn extend_ids(&self, reservation: &mut Reservation, until_ms: u64) -> Result<(), StoreError> {
        reservation.extend(self, until_ms).await
    }
}

impl<D: 'static> Affects for Store<D> {
    async fn begin_effect(
        &self,
        effects: &Effects,
        effect: (&[u8], u64),
        request: &[u8],
        owner: u64,
    ) -> Result<Begun, StoreError> {
        effects.begin(self, effect, request, owner).await
    }

    async fn renew_effect(&self, effects: &Effects, effect: (&[u8], u64), claim: Claim) -> Result<(), StoreError> {
        effects.renew(self, effect, claim).await
    }

    async fn end_effect(
        &self,
        effects: &Effects,
        effect: (&[u8], u64),
        claim: Claim,
        ended: Ended,
    ) -> Result<(), StoreError> {
        effects.end(self, effect, claim, ended).await
    }

    async fn open_effects(&self, after: Option<&EffectId>, limit: usize) -> Result<Vec<OpenEffect>, StoreError> {
        Effects::list(self, after, limit)
    }

    async fn resolve_effect(
        &self,
        effects: &Effects,
        effect: (&[u8], u64),
        answer: Option<&[u8]>,
    ) -> Result<(), StoreError> {
        effects.resolve(self, effect, answer.map(<[u8]>::to_vec)).await
    }

    async fn trim_effects(&self, effects: &Effects, limit: usize) -> Result<usize, StoreError> {
        effects.trim(self, limit).await
    }

    async fn trim_answers(&self, limit: usize) -> Result<usize, StoreError> {
        Effects::trim_all(self, limit).await
    }
}
