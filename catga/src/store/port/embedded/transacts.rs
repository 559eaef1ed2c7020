use core::time::Duration;

use tokio::sync::watch;

use crate::store::outbox::{OutboxMessage, heard};
use crate::store::port::{Due, Transacts, Writes};
use crate::store::{
    Arrival, Claim, Fingerprint, Idempotency, Inbox, KeyedLocks, Lease, Mark, Outbox, Recorded, Scheduler, Store,
    StoreError, StoreId, Taken, Transaction,
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

    async fn record_part(
        &mut self,
        records: &Idempotency,
        key: &[u8],
        part: &str,
        request: Fingerprint,
    ) -> Result<(), StoreError> {
        records.record_part(self, key, part, request)
    }

    async fn take(&mut self, inbox: &Inbox, arrival: Arrival<'_>) -> Result<Taken, StoreError> {
        inbox.take(self, arrival)
    }

    async fn guard(&mut self, lease: &Lease) -> Result<(), StoreError> {
        Lease::guard(lease, self);
        Ok(())
    }

    async fn commit_tx(self) -> Result<(), StoreError> {
        self.commit().await.map(drop)
    }
}
