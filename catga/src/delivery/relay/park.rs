use alloc::string::{String, ToString as _};
use alloc::vec::Vec;

use super::relay::Relay;
use crate::delivery::transaction::is_keyed;
use crate::error::{Class, Classify as _, Failure};
use crate::store::outbox::{Fate, OutboxRow};
use crate::store::port::Drains;
use crate::store::{DeadLetter, DeadLetters, StoreId};

/// Where a relay puts messages that it gives up.
pub const DEAD: DeadLetters = DeadLetters::new("relay");

/// What becomes of a row that failed.
pub(super) enum Failed {
    /// It stays in the outbox.
    Stays(Fate),
    /// It goes to the dead letters.
    Dies(DeadLetter),
}

impl<D, S: Drains<Marker = D>> Relay<D, S> {
    /// What becomes of a row that failed, by the class of the failure and by how often it was tried.
    pub(super) fn failed(
        &self,
        row: &OutboxRow,
        failure: &Failure,
        source: StoreId,
        random: &impl crate::time::Random,
        now: u64,
    ) -> Failed {
        let attempt = row.attempts.saturating_add(1);
        if let Some(after) = self.redelivery.again(attempt, failure, random) {
            self.counts.retried.add();
            return Failed::Stays(Fate::Again { after, error: chain(failure).join(": ") });
        }
        self.counts.given_up.add();
        let errors = chain(failure);
        if is_keyed(&row.message.key) && !self.skips {
            return Failed::Stays(Fate::Park { error: errors.join(": ") });
        }
        Failed::Dies(DeadLetter {
            id: row.message.id,
            name: row.message.name.clone(),
            source: source.to_string(),
            key: row.message.key.clone(),
            body: row.message.body.clone(),
            errors,
            attempts: attempt,
            first_ms: row.added_ms,
            last_ms: now,
            group: String::new(),
            fingerprint: 0,
        })
    }
}

/// The code of the failure, then its texts down to its first cause.
fn chain(failure: &Failure) -> Vec<String> {
    let mut texts: Vec<String> = Vec::from([failure.code().to_string()]);
    if failure.class() == Class::Unknown {
        texts.push("it may have been handled".to_string());
    }
    let mut next: Option<&(dyn core::error::Error + 'static)> = Some(failure);
    while let Some(error) = next {
        let text = error.to_string();
        if texts.last() != Some(&text) {
            texts.push(text);
        }
        next = error.source();
    }
    texts
}
