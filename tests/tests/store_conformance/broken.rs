//! A store that does not keep one of its promises.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering::SeqCst};
use std::time::Duration;

use catga::store::outbox::{ClaimedKey, Fate, HeldKey, KeyInfo, Oldest, OutboxLimits, OutboxMessage, Relay};
use catga::store::port::{Affects, Drains, Due, Ended, Leases, Remembers, Reserves, Settled, Transacts, Writes};
use catga::store::{
    Begun, Claim, Claiming, DeadLetters, EffectId, Effects, ErrorKind, Fingerprint, Idempotency, KeyedLocks, Lease,
    LetterId, Mark, OpenEffect, Outbox, Recorded, Reservation, Scheduler, Store, StoreError, StoreId, Transaction,
};
use tokio::sync::watch;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    None,
    LosesCommits,
    ReversesATransaction,
    ForgetsMarks,
    MarksForWhoIsLate,
    HoldsNoKey,
    ParksNothing,
    HoldsNothing,
    GivesUpAfterTen,
    TakesAnyNumber,
    KeepsEveryAttempt,
    AddsTwice,
    SendsEarly,
    ForgetsWhatIsLater,
    CancelsNothing,
    MovesNothing,
    RecursOnce,
    SchedulesAnyNumber,
    CachesFailures,
    RunsEveryRepeat,
    ForgetsReplies,
    AnswersAnyRequest,
    HasOneScope,
    RecordsForWhoIsLate,
    HasOneFence,
    NestsTransactions,
    RenewsForWhoIsLate,
    GuardsNothing,
    ForgetsReservations,
    ReservesForWhoIsLate,
    CallsEffectsAgain,
    ForgetsParkedEffects,
}

#[derive(Clone, Debug)]
pub struct Broken {
    store: Store,
    fault: Fault,
    count: Arc<AtomicU64>,
}

impl Broken {
    pub fn new(store: Store, fault: Fault) -> Self {
        Self { store, fault, count: Arc::default() }
    }

    fn is(&self, fault: Fault) -> bool {
        self.fault == fault
    }
}

/// What is late is told that all is well.
fn unless_late(is_broken: bool, outcome: Result<(), StoreError>) -> Result<(), StoreError> {
    match outcome {
        Err(error) if is_broken && error.kind() == ErrorKind::Lost => Ok(()),
        outcome => outcome,
    }
}

pub struct BrokenTx {
    tx: Transaction,
    fault: Fault,
    /// What is added at the end, and backwards.
    added: Vec<(Outbox, OutboxMessage)>,
    count: Arc<AtomicU64>,
}

impl BrokenTx {
    fn is(&self, fault: Fault) -> bool {
        self.fault == fault
    }
}

impl Transacts for Broken {
    type Marker = ();
    type Tx = BrokenTx;

    async fn store_id(&self) -> Result<StoreId, StoreError> {
        self.store.store_id().await
    }

    fn turns(&self) -> &KeyedLocks {
        self.store.turns()
    }

    fn head(&self) -> watch::Receiver<u64> {
        self.store.head()
    }

    fn look_every(&self) -> Option<Duration> {
        None
    }

    async fn begin_tx(&self, open: &[StoreId]) -> Result<BrokenTx, StoreError> {
        let open = if self.is(Fault::NestsTransactions) { &[] } else { open };
        let tx = self.store.begin_tx(open).await?;
        Ok(BrokenTx { tx, fault: self.fault, added: Vec::new(), count: Arc::clone(&self.count) })
    }

    async fn takes_in(&self, outbox: &Outbox, key: Option<&[u8]>) -> Result<(), StoreError> {
        if self.is(Fault::TakesAnyNumber) { Ok(()) } else { self.store.takes_in(outbox, key).await }
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
        if self.is(Fault::ReversesATransaction) {
            self.added.push((*outbox, message.clone()));
            return Ok(());
        }
        if self.is(Fault::AddsTwice) {
            // In a transaction of nobody's, it is not seen that it is there.
            let again = OutboxMessage { id: message.id + self.count.fetch_add(1, SeqCst) * 1_000, ..message.clone() };
            return self.tx.add(outbox, &again).await;
        }
        self.tx.add(outbox, message).await
    }

    async fn schedule(&mut self, schedule: &Scheduler, due: Due, message: OutboxMessage) -> Result<(), StoreError> {
        let unbounded = schedule.limit(u64::MAX);
        let schedule = if self.is(Fault::SchedulesAnyNumber) { &unbounded } else { schedule };
        let due = match (self.fault, due) {
            (Fault::ForgetsWhatIsLater, _) => return Ok(()),
            (Fault::SendsEarly, Due::After(delay)) => Due::After(delay / 2),
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

    async fn guard(&mut self, lease: &Lease) -> Result<(), StoreError> {
        if self.is(Fault::GuardsNothing) { Ok(()) } else { Writes::guard(&mut self.tx, lease).await }
    }

    async fn commit_tx(mut self) -> Result<(), StoreError> {
        if self.is(Fault::LosesCommits) {
            return Ok(());
        }
        for (outbox, message) in std::mem::take(&mut self.added).into_iter().rev() {
            self.tx.add(&outbox, &message).await?;
        }
        self.tx.commit_tx().await
    }
}

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

    async fn trim_replies(&self, records: &Idempotency, limit: usize) -> Result<usize, StoreError> {
        self.store.trim_replies(records, limit).await
    }

    async fn forgotten_replies(&self, records: &Idempotency) -> Result<Option<u64>, StoreError> {
        self.store.forgotten_replies(records).await
    }

    async fn release_reply(&self, records: &Idempotency, key: &[u8], claim: Claim) -> Result<(), StoreError> {
        if self.is(Fault::CachesFailures) {
            let failed = Recorded { codec: "text".into(), schema: 0, reply: b"failed".to_vec() };
            return self.store.keep_reply(records, key, claim, failed).await;
        }
        self.store.release_reply(records, key, claim).await
    }
}

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
}

impl Drains for Broken {
    async fn claim_keys(&self, relay: &mut Relay, limit: usize) -> Result<Vec<ClaimedKey>, StoreError> {
        self.store.claim_keys(relay, limit).await
    }

    async fn heard(&self, id: u64) -> Result<Vec<String>, StoreError> {
        self.store.heard(id).await
    }

    async fn held_keys(&self, outbox: &Outbox, after: Option<&[u8]>, limit: usize) -> Result<Vec<HeldKey>, StoreError> {
        self.store.held_keys(outbox, after, limit).await
    }

    async fn settle_keys(&self, outbox: &Outbox, letters: &DeadLetters, keys: &[Settled]) -> Result<(), StoreError> {
        if self.is(Fault::ForgetsMarks) {
            return Ok(());
        }
        for Settled { marked, letter, .. } in keys {
            let mut marked = marked.clone();
            let attempts = marked.key.rows.first().map_or(0, |row| row.attempts);
            match (&marked.fate, self.fault) {
                (Fate::Park { .. }, Fault::ParksNothing) | (Fate::Hold, Fault::HoldsNothing) => {
                    marked.fate = Fate::GoOn;
                }
                (Fate::Again { .. }, Fault::GivesUpAfterTen) if attempts >= 10 => marked.published = 1,
                _ => {}
            }
            if marked.published == 1 && self.is(Fault::GivesUpAfterTen) {
                marked.fate = Fate::GoOn;
            }
            let one = Settled { marked, letter: letter.clone(), forgotten: Vec::new(), heard: Vec::new() };
            let settled = self.store.settle_keys(outbox, letters, &[one]).await;
            unless_late(self.is(Fault::MarksForWhoIsLate), settled)?;
        }
        Ok(())
    }

    async fn replay_letter(&self, letters: &DeadLetters, letter: LetterId, outbox: &Outbox) -> Result<(), StoreError> {
        self.store.replay_letter(letters, letter, outbox).await
    }

    async fn renew_key(&self, outbox: &Outbox, key: &mut ClaimedKey) -> Result<(), StoreError> {
        self.store.renew_key(outbox, key).await
    }

    async fn backlog(&self, outbox: &Outbox) -> Result<u64, StoreError> {
        self.store.backlog(outbox).await
    }

    async fn oldest(&self, outbox: &Outbox, after: Option<&[u8]>, limit: usize) -> Result<Oldest, StoreError> {
        self.store.oldest(outbox, after, limit).await
    }

    async fn key_states(
        &self,
        outbox: &Outbox,
        after: Option<&[u8]>,
        limit: usize,
    ) -> Result<Vec<KeyInfo>, StoreError> {
        self.store.key_states(outbox, after, limit).await
    }

    async fn resume_key(&self, outbox: &Outbox, key: &[u8]) -> Result<(), StoreError> {
        self.store.resume_key(outbox, key).await
    }

    async fn trim_published(&self, outbox: &Outbox, limit: usize) -> Result<usize, StoreError> {
        self.store.trim_published(outbox, limit).await
    }

    async fn release_due(&self, schedule: &Scheduler, outbox: &Outbox, limit: usize) -> Result<usize, StoreError> {
        self.store.release_due(schedule, outbox, limit).await
    }
}
