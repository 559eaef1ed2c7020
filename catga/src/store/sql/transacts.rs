//! A database, as delivery asks for it.

use core::time::Duration;
use std::sync::Arc;

use tokio::sync::watch;

use super::dialect::Dialect;
use super::sql::Sql;
use super::tx::SqlTx;
use crate::store::error::{ErrorKind, StoreError};
use crate::store::identity::StoreId;
use crate::store::keyed::KeyedLocks;
use crate::store::outbox::{ClaimedKey, HeldKey, KeyInfo, Oldest, Outbox, OutboxMessage, Relay};
use crate::store::port::{Affects, Drains, Due, Ended, Leases, Remembers, Reserves, Settled, Transacts, Writes};
use crate::store::protocol::claim::Claim;
use crate::store::protocol::dead_letters::{DeadLetters, LetterId};
use crate::store::protocol::effects::{Begun, EffectId, Effects, OpenEffect};
use crate::store::protocol::idempotency::{Claiming, Fingerprint, Idempotency, Recorded};
use crate::store::protocol::lease::Lease;
use crate::store::protocol::reservation::Reservation;
use crate::store::protocol::scheduler::Scheduler;

impl<Db: Dialect, D: 'static> Transacts for Sql<Db, D> {
    type Marker = D;
    type Tx = SqlTx<Db>;

    const ONE_WRITER: bool = Db::ONE_WRITER;

    async fn store_id(&self) -> Result<StoreId, StoreError> {
        self.id().await
    }

    fn turns(&self) -> &KeyedLocks {
        &self.shared.turns
    }

    fn head(&self) -> watch::Receiver<u64> {
        self.shared.head.subscribe()
    }

    fn look_every(&self) -> Option<Duration> {
        Some(self.shared.options.look)
    }

    async fn begin_tx(&self, open: &[StoreId]) -> Result<SqlTx<Db>, StoreError> {
        if open.contains(&self.id().await?) {
            return Err(StoreError::new(ErrorKind::Nested, NESTED));
        }
        SqlTx::begin(&Arc::clone(&self.shared)).await
    }

    async fn begin_apart(&self) -> Result<SqlTx<Db>, StoreError> {
        SqlTx::begin_by(&Arc::clone(&self.shared), Db::BEGIN_APART).await
    }

    async fn takes_in(&self, outbox: &Outbox, key: Option<&[u8]>) -> Result<(), StoreError> {
        self.shared.takes_in(outbox, key).await
    }
}

const NESTED: &str =
    "a transaction of this database is open around this one; use it, or send the message outside of it";

impl<Db: Dialect> Writes for SqlTx<Db> {
    type Mark = u32;

    fn store_id(&self) -> StoreId {
        self.id
    }

    async fn mark(&mut self) -> Result<u32, StoreError> {
        self.savepoint().await
    }

    fn truncate(&mut self, mark: u32) {
        self.take_back(mark);
    }

    async fn settle(&mut self) -> Result<(), StoreError> {
        self.undo().await
    }

    async fn add(&mut self, outbox: &Outbox, message: &OutboxMessage) -> Result<(), StoreError> {
        Self::add(self, outbox, message).await.map(drop)
    }

    async fn schedule(&mut self, schedule: &Scheduler, due: Due, message: OutboxMessage) -> Result<(), StoreError> {
        Self::schedule(self, schedule, due, Duration::ZERO, &message).await
    }

    async fn unschedule(&mut self, schedule: &Scheduler, id: u64) -> Result<(), StoreError> {
        self.cancel(schedule, id).await
    }

    async fn reschedule(&mut self, schedule: &Scheduler, id: u64, due_ms: u64) -> Result<(), StoreError> {
        self.move_to(schedule, id, due_ms).await
    }

    async fn record_once(&mut self, id: u64, handler: &str) -> Result<(), StoreError> {
        Self::record_once(self, id, handler).await
    }

    async fn hold_key(&mut self, outbox: &Outbox, key: &[u8], claim: Claim) -> Result<(), StoreError> {
        Self::hold_key(self, outbox, key, claim).await
    }

    async fn complete(
        &mut self,
        records: &Idempotency,
        key: &[u8],
        claim: Claim,
        reply: Recorded,
    ) -> Result<(), StoreError> {
        Self::complete(self, records, key, claim, &reply).await
    }

    async fn guard(&mut self, lease: &Lease) -> Result<(), StoreError> {
        Self::guard(self, lease).await
    }

    async fn commit_tx(self) -> Result<(), StoreError> {
        self.commit().await
    }
}

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

    async fn trim_replies(&self, records: &Idempotency, limit: usize) -> Result<usize, StoreError> {
        Self::trim_replies(self, records, limit).await
    }

    async fn forgotten_replies(&self, records: &Idempotency) -> Result<Option<u64>, StoreError> {
        Self::forgotten_replies(self, records).await
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
}

impl<Db: Dialect, D: 'static> Drains for Sql<Db, D> {
    async fn claim_keys(&self, relay: &mut Relay, limit: usize) -> Result<Vec<ClaimedKey>, StoreError> {
        self.claim(relay, limit).await
    }

    async fn heard(&self, id: u64) -> Result<Vec<String>, StoreError> {
        Self::heard(self, id).await
    }

    async fn settle_keys(&self, outbox: &Outbox, letters: &DeadLetters, keys: &[Settled]) -> Result<(), StoreError> {
        self.settle(outbox, letters, keys).await
    }

    async fn replay_letter(&self, letters: &DeadLetters, letter: LetterId, outbox: &Outbox) -> Result<(), StoreError> {
        self.replay(letters, letter, outbox).await
    }

    async fn renew_key(&self, outbox: &Outbox, key: &mut ClaimedKey) -> Result<(), StoreError> {
        self.renew(outbox, key).await
    }

    async fn backlog(&self, outbox: &Outbox) -> Result<u64, StoreError> {
        Self::backlog(self, outbox).await
    }

    async fn oldest(&self, outbox: &Outbox, after: Option<&[u8]>, limit: usize) -> Result<Oldest, StoreError> {
        Self::oldest(self, outbox, after, limit).await
    }

    async fn key_states(
        &self,
        outbox: &Outbox,
        after: Option<&[u8]>,
        limit: usize,
    ) -> Result<Vec<KeyInfo>, StoreError> {
        self.keys(outbox, after, limit).await
    }

    async fn held_keys(&self, outbox: &Outbox, after: Option<&[u8]>, limit: usize) -> Result<Vec<HeldKey>, StoreError> {
        self.held(outbox, after, limit).await
    }

    async fn resume_key(&self, outbox: &Outbox, key: &[u8]) -> Result<(), StoreError> {
        self.resume(outbox, key).await
    }

    async fn trim_published(&self, outbox: &Outbox, limit: usize) -> Result<usize, StoreError> {
        self.trim(outbox, limit).await
    }

    async fn release_due(&self, schedule: &Scheduler, outbox: &Outbox, limit: usize) -> Result<usize, StoreError> {
        self.release(schedule, outbox, limit).await
    }
}
