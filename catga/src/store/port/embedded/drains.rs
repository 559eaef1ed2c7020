use crate::store::outbox::{ClaimedKey, HeldKey, KeyInfo, Oldest, OutboxMessage, Relay, heard};
use crate::store::port::{Drains, Operates, Settled};
use crate::store::{DeadLetter, DeadLetters, Idempotency, LetterId, Outbox, Scheduled, Scheduler, Store, StoreError};

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

impl<D: 'static> Operates for Store<D> {
    async fn bury_letter(&self, letters: &DeadLetters, letter: &DeadLetter) -> Result<(), StoreError> {
        letters.bury(self, letter).await
    }

    async fn letters(
        &self,
        letters: &DeadLetters,
        after: Option<LetterId>,
        limit: usize,
    ) -> Result<Vec<(LetterId, DeadLetter)>, StoreError> {
        letters.list(self, after, limit)
    }

    async fn letter(&self, letters: &DeadLetters, letter: LetterId) -> Result<DeadLetter, StoreError> {
        letters.show(self, letter)
    }

    async fn edit_letter(&self, letters: &DeadLetters, letter: LetterId, body: &[u8]) -> Result<(), StoreError> {
        letters.edit(self, letter, body.to_vec()).await
    }

    async fn discard_letter(&self, letters: &DeadLetters, letter: LetterId) -> Result<(), StoreError> {
        letters.discard(self, letter).await
    }

    async fn settle_letter(
        &self,
        letters: &DeadLetters,
        letter: LetterId,
        handled: (&Idempotency, &[u8]),
    ) -> Result<(), StoreError> {
        letters.settle(self, letter, handled).await
    }

    async fn scheduled(
        &self,
        schedule: &Scheduler,
        after: Option<(u64, u64)>,
        limit: usize,
    ) -> Result<Vec<(u64, Scheduled)>, StoreError> {
        schedule.list(self, after, limit)
    }
}
