use super::super::dialect::Dialect;
use super::super::sql::Sql;
use crate::store::error::StoreError;
use crate::store::outbox::{ClaimedKey, HeldKey, KeyInfo, Oldest, Outbox, Relay};
use crate::store::port::{Drains, Operates, Settled};
use crate::store::protocol::dead_letters::{DeadLetter, DeadLetters, LetterId};
use crate::store::protocol::idempotency::Idempotency;
use crate::store::protocol::scheduler::{Scheduled, Scheduler};

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

impl<Db: Dialect, D: 'static> Operates for Sql<Db, D> {
    async fn bury_letter(&self, letters: &DeadLetters, letter: &DeadLetter) -> Result<(), StoreError> {
        self.bury(letters, letter).await
    }

    async fn letters(
        &self,
        letters: &DeadLetters,
        after: Option<LetterId>,
        limit: usize,
    ) -> Result<Vec<(LetterId, DeadLetter)>, StoreError> {
        Self::letters(self, letters, after, limit).await
    }

    async fn letter(&self, letters: &DeadLetters, letter: LetterId) -> Result<DeadLetter, StoreError> {
        Self::letter(self, letters, letter).await
    }

    async fn edit_letter(&self, letters: &DeadLetters, letter: LetterId, body: &[u8]) -> Result<(), StoreError> {
        self.edit(letters, letter, body).await
    }

    async fn discard_letter(&self, letters: &DeadLetters, letter: LetterId) -> Result<(), StoreError> {
        self.discard(letters, letter).await
    }

    async fn settle_letter(
        &self,
        letters: &DeadLetters,
        letter: LetterId,
        handled: (&Idempotency, &[u8]),
    ) -> Result<(), StoreError> {
        Self::settle_letter(self, letters, letter, handled).await
    }

    async fn scheduled(
        &self,
        schedule: &Scheduler,
        after: Option<(u64, u64)>,
        limit: usize,
    ) -> Result<Vec<(u64, Scheduled)>, StoreError> {
        Self::scheduled(self, schedule, after, limit).await
    }
}
