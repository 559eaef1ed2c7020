//! Its transactions.

use std::sync::atomic::Ordering::SeqCst;
use std::time::Duration;

use catga::store::outbox::{OutboxLimits, OutboxMessage};
use catga::store::port::{Due, Transacts as _, Writes};
use catga::store::{
    Arrival, Claim, Fingerprint, Idempotency, Inbox, Lease, Mark, Outbox, Recorded, Scheduler, StoreError, StoreId,
    Taken, Transaction,
};

use super::{Broken, Fault};

pub struct BrokenTx {
    tx: Transaction,
    of: Broken,
    /// What is added when it commits.
    added: Vec<(Outbox, OutboxMessage)>,
}

impl BrokenTx {
    pub fn new(tx: Transaction, of: &Broken) -> Self {
        Self { tx, of: of.clone(), added: Vec::new() }
    }

    fn is(&self, fault: Fault) -> bool {
        self.of.is(fault)
    }
}

impl Writes for BrokenTx {
    type Mark = Mark;

    fn store_id(&self) -> StoreId {
        Writes::store_id(&self.tx)
    }

    async fn mark(&mut self) -> Result<Mark, StoreError> {
        Writes::mark(&mut self.tx).await
    }

    fn truncate(&mut self, mark: Mark) {
        if !self.is(Fault::KeepsEveryAttempt) {
            Writes::truncate(&mut self.tx, mark);
        }
    }

    async fn settle(&mut self) -> Result<(), StoreError> {
        self.tx.settle().await
    }

    async fn add(&mut self, outbox: &Outbox, message: &OutboxMessage) -> Result<(), StoreError> {
        let unbounded = outbox.limits(OutboxLimits::DEFAULT);
        let outbox = if self.is(Fault::TakesAnyNumber) { &unbounded } else { outbox };
        if self.is(Fault::LosesWhatIsMany) && message.id >= 4_000 {
            return Ok(());
        }
        if self.is(Fault::AddsAtOnce) {
            let mut tx = self.of.store.begin_tx(&[]).await?;
            tx.add(outbox, message).await?;
            return tx.commit_tx().await;
        }
        if self.is(Fault::ReversesATransaction) || self.is(Fault::NeverExpires) {
            self.added.push((*outbox, message.clone()));
            return Ok(());
        }
        if self.is(Fault::AddsTwice) {
            // In a transaction of nobody's, it is not seen that it is there.
            let again =
                OutboxMessage { id: message.id + self.of.count.fetch_add(1, SeqCst) * 1_000, ..message.clone() };
            return self.tx.add(outbox, &again).await;
        }
        self.tx.add(outbox, message).await
    }

    async fn schedule(&mut self, schedule: &Scheduler, due: Due, message: OutboxMessage) -> Result<(), StoreError> {
        let unbounded = schedule.limit(u64::MAX);
        let schedule = if self.is(Fault::SchedulesAnyNumber) { &unbounded } else { schedule };
        let due = match (self.of.fault, due) {
            (Fault::ForgetsWhatIsLater, _) => return Ok(()),
            (Fault::SendsEarly, Due::After(delay)) => Due::After(delay / 2),
            (Fault::RoundsTimes, Due::After(delay)) => {
                Due::After(Duration::from_secs(delay.as_secs().div_ceil(60) * 60))
            }
            (Fault::RecursOnce, Due::Every { first_ms, .. }) => Due::At(first_ms),
            (_, due) => due,
        };
        self.tx.schedule(schedule, due, message).await
    }

    async fn unschedule(&mut self, schedule: &Scheduler, id: u64) -> Result<(), StoreError> {
        if self.is(Fault::CancelsNothing) { Ok(()) } else { self.tx.unschedule(schedule, id).await }
    }

    async fn reschedule(&mut self, schedule: &Scheduler, id: u64, due_ms: u64) -> Result<(), StoreError> {
        if self.is(Fault::MovesNothing) { Ok(()) } else { self.tx.reschedule(schedule, id, due_ms).await }
    }

    async fn record_once(&mut self, id: u64, handler: &str) -> Result<(), StoreError> {
        self.tx.record_once(id, handler).await
    }

    async fn hold_key(&mut self, outbox: &Outbox, key: &[u8], claim: Claim) -> Result<(), StoreError> {
        if self.is(Fault::HoldsNoKey) { Ok(()) } else { self.tx.hold_key(outbox, key, claim).await }
    }

    async fn complete(
        &mut self,
        records: &Idempotency,
        key: &[u8],
        claim: Claim,
        reply: Recorded,
    ) -> Result<(), StoreError> {
        if self.is(Fault::RecordsForWhoIsLate) {
            return Ok(());
        }
        self.tx.complete(records, key, claim, reply).await
    }

    async fn record_part(
        &mut self,
        records: &Idempotency,
        key: &[u8],
        part: &str,
        request: Fingerprint,
    ) -> Result<(), StoreError> {
        if self.is(Fault::RecordsNoPart) { Ok(()) } else { self.tx.record_part(records, key, part, request).await }
    }

    async fn take(&mut self, inbox: &Inbox, arrival: Arrival<'_>) -> Result<Taken, StoreError> {
        match Writes::take(&mut self.tx, inbox, arrival).await? {
            Taken::Duplicate if self.is(Fault::TakesRepeats) => Ok(Taken::New),
            Taken::TooOld if self.is(Fault::TakesWhatIsOld) => Ok(Taken::New),
            taken => Ok(taken),
        }
    }

    async fn guard(&mut self, lease: &Lease) -> Result<(), StoreError> {
        if self.is(Fault::GuardsNothing) { Ok(()) } else { Writes::guard(&mut self.tx, lease).await }
    }

    async fn commit_tx(mut self) -> Result<(), StoreError> {
        if self.is(Fault::LosesCommits) {
            return Ok(());
        }
        if self.is(Fault::NeverExpires) {
            // In a transaction that has just begun.
            self.tx = self.of.store.begin_tx(&[]).await?;
            for (outbox, message) in &self.added {
                self.tx.add(outbox, message).await?;
            }
            return self.tx.commit_tx().await;
        }
        for (outbox, message) in std::mem::take(&mut self.added).into_iter().rev() {
            self.tx.add(&outbox, &message).await?;
        }
        self.tx.commit_tx().await
    }
}
