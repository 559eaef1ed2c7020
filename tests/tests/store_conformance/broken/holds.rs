//! Its leases, reserved ids and effects.

use std::sync::atomic::Ordering::SeqCst;
use std::time::Duration;

use catga::store::port::{Affects, Ended, Leases, Reserves};
use catga::store::{Begun, Claim, EffectId, Effects, Lease, OpenEffect, Reservation, StoreError};

use super::{Broken, Fault, unless_late};

/// Shorter than that of some effects of the suite.
const RETENTION: Duration = Duration::from_secs(24 * 60 * 60);

impl Leases for Broken {
    async fn acquire_lease(&self, name: &str, owner: u64, time: Duration) -> Result<Lease, StoreError> {
        self.store.acquire_lease(name, owner, time).await
    }

    async fn renew_lease(&self, lease: &mut Lease, time: Duration) -> Result<(), StoreError> {
        unless_late(self.is(Fault::RenewsForWhoIsLate), self.store.renew_lease(lease, time).await)
    }

    async fn release_lease(&self, lease: Lease) -> Result<(), StoreError> {
        self.store.release_lease(lease).await
    }

    fn let_lease_go(&self, lease: Lease) {
        self.store.let_lease_go(lease);
    }
}

impl Reserves for Broken {
    async fn reserve_ids(&self, worker: u64, ahead: Duration) -> Result<Reservation, StoreError> {
        let other = self.is(Fault::ForgetsReservations).then(|| 1_000 + self.count.fetch_add(1, SeqCst));
        self.store.reserve_ids(other.unwrap_or(worker), ahead).await
    }

    async fn extend_ids(&self, reservation: &mut Reservation, until_ms: u64) -> Result<(), StoreError> {
        unless_late(self.is(Fault::ReservesForWhoIsLate), self.store.extend_ids(reservation, until_ms).await)
    }
}

impl Affects for Broken {
    async fn begin_effect(
        &self,
        effects: &Effects,
        effect: (&[u8], u64),
        request: &[u8],
        owner: u64,
    ) -> Result<Begun, StoreError> {
        match self.store.begin_effect(effects, effect, request, owner).await? {
            Begun::Done(_) if self.is(Fault::CallsEffectsAgain) => Ok(Begun::First(Claim { owner, fence: 1 })),
            begun => Ok(begun),
        }
    }

    async fn renew_effect(&self, effects: &Effects, effect: (&[u8], u64), claim: Claim) -> Result<(), StoreError> {
        self.store.renew_effect(effects, effect, claim).await
    }

    async fn end_effect(
        &self,
        effects: &Effects,
        effect: (&[u8], u64),
        claim: Claim,
        ended: Ended,
    ) -> Result<(), StoreError> {
        let effects = &if self.is(Fault::HasOneRetention) { effects.retention(RETENTION) } else { *effects };
        let ended = match ended {
            Ended::Parked(_) if self.is(Fault::ForgetsParkedEffects) => Ended::Undone,
            ended => ended,
        };
        self.store.end_effect(effects, effect, claim, ended).await
    }

    async fn open_effects(&self, after: Option<&EffectId>, limit: usize) -> Result<Vec<OpenEffect>, StoreError> {
        self.store.open_effects(after, limit).await
    }

    async fn resolve_effect(
        &self,
        effects: &Effects,
        effect: (&[u8], u64),
        answer: Option<&[u8]>,
    ) -> Result<(), StoreError> {
        self.store.resolve_effect(effects, effect, answer).await
    }

    async fn trim_effects(&self, effects: &Effects, limit: usize) -> Result<usize, StoreError> {
        self.store.trim_effects(effects, limit).await
    }

    async fn trim_answers(&self, limit: usize) -> Result<usize, StoreError> {
        if self.is(Fault::TrimsNoAnswers) { Ok(0) } else { self.store.trim_answers(limit).await }
    }
}
