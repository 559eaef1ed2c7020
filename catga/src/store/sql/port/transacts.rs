use core::time::Duration;
use std::sync::Arc;

use tokio::sync::watch;

use super::super::dialect::Dialect;
use super::super::sql::Sql;
use super::super::tx::SqlTx;
use crate::store::error::{ErrorKind, StoreError};
use crate::store::identity::StoreId;
use crate::store::keyed::KeyedLocks;
use crate::store::outbox::{Outbox, OutboxMessage};
use crate::store::port::{Due, Transacts, Writes};
use crate::store::protocol::claim::Claim;
use crate::store::protocol::idempotency::{Fingerprint, Idempotency, Recorded};
use crate::store::protocol::inbox::{Arrival, Inbox, Taken};
use crate::store::protocol::lease::Lease;
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

    async fn record_part(
        &mut self,
        records: &Idempotency,
        key: &[u8],
        part: &str,
        request: Fingerprint,
    ) -> Result<(), StoreError> {
        Self::record_part(self, records, key, part, request).await
    }

    async fn take(&mut self, inbox: &Inbox, arrival: Arrival<'_>) -> Result<Taken, StoreError> {
        Self::take(self, inbox, arrival).await
    }

    async fn guard(&mut self, lease: &Lease) -> Result<(), StoreError> {
        Self::guard(self, lease).await
    }

    async fn commit_tx(self) -> Result<(), StoreError> {
        self.commit().await
    }
}
