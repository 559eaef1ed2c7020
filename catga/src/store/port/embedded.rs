//! A [`Store`] over its own engine, as delivery asks for it.

use core::pin::pin;
use core::task::{Context, Waker};
use core::time::Duration;

use tokio::sync::watch;

use super::{Affects, Drains, Due, Ended, Leases, Remembers, Reserves, Settled, Transacts, Writes};
use crate::store::outbox::{ClaimedKey, HeldKey, KeyInfo, Oldest, OutboxMessage, Relay, heard};
use crate::store::{
    Begun, Claim, Claiming, DeadLetters, EffectId, Effects, Fingerprint, Idempotency, KeyedLocks, Lease, LetterId,
    Mark, OpenEffect, Outbox, Recorded, Reservation, Scheduler, Store, StoreError, StoreId, Transaction,
};

impl<D: 'static> Transacts for Store<D> {
    type Marker = D;
    type Tx = Transaction;

    async fn store_id(&self) -> Result<StoreId, StoreError> {
        Ok(self.id())
    }

    fn turns(&self) -> &KeyedLocks {
        self.turns()
    }

    fn head(&self) -> watch::Receiver<u64> {
        self.head()
    }

    fn look_every(&self) -> Option<Duration> {
        None
    }

    async fn begin_tx(&self, open: &[StoreId]) -> Result<Transaction, StoreError> {
        self.begin_inside(open)
    }

    async fn begin_drain(&self) -> Result<Transaction, StoreError> {
        self.begin_own()
    }

    async fn takes_in(&self, outbox: &Outbox, key: Option<&[u8]>) -> Result<(), StoreError> {
        outbox.has_room(&mut self.begin()?, key)
    }
}

impl Writes for Transaction {
    type Mark = Mark;

    fn store_id(&self) -> StoreId {
        self.store()
    }

    async fn mark(&mut self) -> Result<Mark, StoreError> {
        Ok(Self::mark(self))
    }

    fn truncate(&mut self, mark: Mark) {
        Self::truncate(self, mark);
    }

    async fn settle(&mut self) -> Result<(), StoreError> {
        Ok(())
    }

    async fn add(&mut self, outbox: &Outbox, message: &OutboxMessage) -> Result<(), StoreError> {
        outbox.add(self, message).map(drop)
    }

    async fn schedule(&mut self, schedule: &Scheduler, due: Due, message: OutboxMessage) -> Result<(), StoreError> {
        match due {
            Due::At(unix_ms) => schedule.at(self, unix_ms, message),
            Due::After(delay) => schedule.after(self, delay, message),
            Due::Every { first_ms, period } => schedule.every(self, first_ms, period, message),
        }
    }

    async fn unschedule(&mut self, schedule: &Scheduler, id: u64) -> Result<(), StoreError> {
        schedule.cancel(self, id).map(drop)
    }

    async fn reschedule(&mut self, schedule: &Scheduler, id: u64, due_ms: u64) -> Result<(), StoreError> {
        schedule.move_to(self, id, due_ms)
    }

    async fn record_once(&mut self, id: u64, handler: &str) -> Result<(), StoreError> {
        heard::record_once(self, id, handler)
    }

    async fn hold_key(&mut self, outbox: &Outbox, key: &[u8], claim: Claim) -> Result<(), StoreError> {
        outbox.hold(self, key, claim);
        Ok(())
    }

    async fn complete(
        &mut self,
        records: &Idempotency,
        key: &[u8],
        claim: Claim,
        reply: Recorded,
    ) -> Result<(), StoreError> {
        records.complete(self, key, claim, reply)
    }

    async fn guard(&mut self, lease: &Lease) -> Result<(), StoreError> {
        Lease::guard(lease, self);
        Ok(())
    }

    async fn commit_tx(self) -> Result<(), StoreError> {
        self.commit().await.map(drop)
    }
}

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

    async fn trim_replies(&self, records: &Idempotency, limit: usize) -> Result<usize, StoreError> {
        records.trim(self, limit).await
    }

    async fn forgotten_replies(&self, records: &Idempotency) -> Result<Option<u64>, StoreError> {
        records.forgotten(self)
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
}

impl<D: 'static> Drains for Store<D> {
    async fn claim_keys(&self, relay: &mut Relay, limit: usize) -> Result<Vec<ClaimedKey>, StoreError> {
        relay.claim(self, limit).await
    }

    async fn heard(&self, id: u64) -> Result<Vec<String>, StoreError> {
        heard::recorded(self, id)
    }

    async fn settle_keys(&self, outbox: &Outbox, letters: &DeadLetters, keys: &[Settled]) -> Result<(), StoreError> {
        let mut tx = self.begin_own()?;
        for key in keys {
            outbox.mark_in(&mut tx, &key.marked)?;
            key.forgotten.iter().try_for_each(|id| heard::forget(&mut tx, *id))?;
            key.heard().try_for_each(|(id, handler)| heard::record(&mut tx, id, handler))?;
            key.letter.iter().try_for_each(|letter| letters.put(&mut tx, letter))?;
        }
        tx.commit().await.map(drop)
    }

    async fn replay_letter(&self, letters: &DeadLetters, letter: LetterId, outbox: &Outbox) -> Result<(), StoreError> {
        let mut tx = self.begin_own()?;
        let letter = letters.take(&mut tx, letter)?;
        let message = OutboxMessage { id: letter.id, name: letter.name, key: letter.key, body: letter.body };
        outbox.move_in(&mut tx, &message)?;
        tx.commit().await.map(drop)
    }

    async fn renew_key(&self, outbox: &Outbox, key: &mut ClaimedKey) -> Result<(), StoreError> {
        outbox.renew(self, key).await
    }

    async fn backlog(&self, outbox: &Outbox) -> Result<u64, StoreError> {
        outbox.backlog(self)
    }

    async fn oldest(&self, outbox: &Outbox, after: Option<&[u8]>, limit: usize) -> Result<Oldest, StoreError> {
        outbox.oldest(self, after, limit)
    }

    async fn key_states(
        &self,
        outbox: &Outbox,
        after: Option<&[u8]>,
        limit: usize,
    ) -> Result<Vec<KeyInfo>, StoreError> {
        outbox.keys(self, after, limit)
    }

    async fn held_keys(&self, outbox: &Outbox, after: Option<&[u8]>, limit: usize) -> Result<Vec<HeldKey>, StoreError> {
        outbox.held(self, after, limit)
    }

    async fn resume_key(&self, outbox: &Outbox, key: &[u8]) -> Result<(), StoreError> {
        outbox.resume(self, key).await
    }

    async fn trim_published(&self, outbox: &Outbox, limit: usize) -> Result<usize, StoreError> {
        outbox.trim(self, limit).await
    }

    async fn release_due(&self, schedule: &Scheduler, outbox: &Outbox, limit: usize) -> Result<usize, StoreError> {
        schedule.release(self, outbox, limit).await
    }
}
