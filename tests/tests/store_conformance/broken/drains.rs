//! Its outbox, dead letters and schedules.

use std::sync::atomic::Ordering::SeqCst;

use catga::store::outbox::{ClaimedKey, Fate, HeldKey, KeyInfo, Marked, Oldest, OutboxMessage, Relay};
use catga::store::port::{Drains, Operates, Settled, Transacts as _, Writes as _};
use catga::store::{DeadLetter, DeadLetters, Idempotency, LetterId, Outbox, Scheduled, Scheduler, StoreError};

use super::{Broken, Fault, unless_late};

/// Those of the suite.
const OUTBOX: Outbox = Outbox::new("conformance");
const LETTERS: DeadLetters = DeadLetters::new("conformance");

impl Broken {
    /// A message is a row of the outbox, behind all others.
    async fn requeue(&self, outbox: &Outbox, message: Option<OutboxMessage>) -> Result<(), StoreError> {
        let Some(message) = message else { return Ok(()) };
        let mut tx = self.store.begin_tx(&[]).await?;
        tx.add(outbox, &message).await?;
        tx.commit_tx().await
    }
}

impl Drains for Broken {
    async fn claim_keys(&self, relay: &mut Relay, limit: usize) -> Result<Vec<ClaimedKey>, StoreError> {
        let mut keys = self.store.claim_keys(relay, limit).await?;
        if self.is(Fault::CountsNoAttempts) {
            keys.iter_mut().flat_map(|key| &mut key.rows).for_each(|row| row.attempts = 0);
        }
        if self.is(Fault::MarksAtClaim) || self.is(Fault::ClaimsForAll) {
            for key in &keys {
                let published = if self.is(Fault::MarksAtClaim) { key.rows.len() } else { 0 };
                let marked = Marked { key: key.clone(), published, fate: Fate::GoOn };
                let one = Settled { marked, letter: None, forgotten: Vec::new(), heard: Vec::new() };
                self.store.settle_keys(&OUTBOX, &LETTERS, &[one]).await?;
            }
        }
        Ok(keys)
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
        let is_marked = self.is(Fault::MarksAtClaim);
        for Settled { marked, letter, .. } in keys {
            let mut marked = marked.clone();
            let letter = letter.clone().filter(|_| !self.is(Fault::LosesLetters));
            let attempts = marked.key.rows.first().map_or(0, |row| row.attempts);
            let mut again = None;
            match (&marked.fate, self.fault) {
                (Fate::Again { .. }, Fault::RequeuesAtTheEnd) => {
                    again = marked.key.rows.first().map(|row| row.message.clone());
                    (marked.published, marked.fate) = (1, Fate::GoOn);
                }
                (Fate::Park { .. }, Fault::ParksNothing) | (Fate::Hold, Fault::HoldsNothing) => {
                    marked.fate = Fate::GoOn;
                }
                (Fate::Again { .. }, Fault::GivesUpAfterTen) if attempts >= 10 => marked.published = 1,
                _ => {}
            }
            if marked.published == 1 && self.is(Fault::GivesUpAfterTen) {
                marked.fate = Fate::GoOn;
            }
            let one = Settled { marked, letter, forgotten: Vec::new(), heard: Vec::new() };
            let settled = self.store.settle_keys(outbox, letters, &[one]).await;
            unless_late(is_marked || self.is(Fault::MarksForWhoIsLate), settled)?;
            self.requeue(outbox, again).await?;
        }
        Ok(())
    }

    async fn replay_letter(&self, letters: &DeadLetters, letter: LetterId, outbox: &Outbox) -> Result<(), StoreError> {
        if self.is(Fault::ReplaysAgain) {
            let DeadLetter { id, name, key, body, .. } = self.store.letter(letters, letter).await?;
            return self.requeue(outbox, Some(OutboxMessage { id, name, key, body })).await;
        }
        self.store.replay_letter(letters, letter, outbox).await
    }

    async fn renew_key(&self, outbox: &Outbox, key: &mut ClaimedKey) -> Result<(), StoreError> {
        self.store.renew_key(outbox, key).await
    }

    async fn backlog(&self, outbox: &Outbox) -> Result<u64, StoreError> {
        let backlog = self.store.backlog(outbox).await?;
        Ok(if self.is(Fault::CountsToAThousand) { backlog.min(1_000) } else { backlog })
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

impl Operates for Broken {
    async fn bury_letter(&self, letters: &DeadLetters, letter: &DeadLetter) -> Result<(), StoreError> {
        match self.fault {
            Fault::LosesWhatIsBuried => Ok(()),
            Fault::BuriesAnyNumber => self.store.bury_letter(&letters.limit(u64::MAX), letter).await,
            Fault::BuriesTwice => {
                let fingerprint = letter.fingerprint + self.count.fetch_add(1, SeqCst);
                self.store.bury_letter(letters, &DeadLetter { fingerprint, ..letter.clone() }).await
            }
            Fault::HasOneLetter => {
                self.store.bury_letter(letters, &DeadLetter { fingerprint: 0, ..letter.clone() }).await
            }
            _ => self.store.bury_letter(letters, letter).await,
        }
    }

    async fn letters(
        &self,
        letters: &DeadLetters,
        after: Option<LetterId>,
        limit: usize,
    ) -> Result<Vec<(LetterId, DeadLetter)>, StoreError> {
        self.store.letters(letters, after, limit).await
    }

    async fn letter(&self, letters: &DeadLetters, letter: LetterId) -> Result<DeadLetter, StoreError> {
        self.store.letter(letters, letter).await
    }

    async fn edit_letter(&self, letters: &DeadLetters, letter: LetterId, body: &[u8]) -> Result<(), StoreError> {
        if self.is(Fault::EditsNothing) { Ok(()) } else { self.store.edit_letter(letters, letter, body).await }
    }

    async fn discard_letter(&self, letters: &DeadLetters, letter: LetterId) -> Result<(), StoreError> {
        if self.is(Fault::DiscardsNothing) { Ok(()) } else { self.store.discard_letter(letters, letter).await }
    }

    async fn settle_letter(
        &self,
        letters: &DeadLetters,
        letter: LetterId,
        handled: (&Idempotency, &[u8]),
    ) -> Result<(), StoreError> {
        if self.is(Fault::SettlesTheLetterAlone) {
            return self.store.discard_letter(letters, letter).await;
        }
        self.store.settle_letter(letters, letter, handled).await
    }

    async fn scheduled(
        &self,
        schedule: &Scheduler,
        after: Option<(u64, u64)>,
        limit: usize,
    ) -> Result<Vec<(u64, Scheduled)>, StoreError> {
        self.store.scheduled(schedule, after, limit).await
    }
}
