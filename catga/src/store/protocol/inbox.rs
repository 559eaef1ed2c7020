use core::time::Duration;

use serde::{Deserialize, Serialize};

use super::claim::millis;
use crate::store::embedded::group::Write;
use crate::store::embedded::record::{self, RecordKind};
use crate::store::embedded::space::Space;
use crate::store::embedded::store::Store;
use crate::store::embedded::transaction::Transaction;
use crate::store::error::StoreError;
use crate::store::value;

/// The inbox of one subscriber: each message of a source has its effect once.
///
/// A message is taken in the transaction of its effect. What was taken is remembered for the retention; beyond
/// it, a watermark per source and key stays for ever: a message from before it is never taken for new.
#[derive(Clone, Copy, Debug)]
pub struct Inbox {
    pub(in crate::store) subscriber: &'static str,
    pub(in crate::store) retention: Duration,
}

/// A message, as an inbox sees it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Arrival<'a> {
    /// Where it comes from: the id of the store that sent it.
    pub source: &'a str,
    /// What its order is kept by; empty where it has none.
    pub key: &'a [u8],
    /// Its number. Numbers of one source and key grow, as the ids of what is published and enqueued do. The ids of what a
    /// handler sends do not, nor those of what recurs: tell those apart by [`Idempotency`](crate::store::Idempotency).
    pub id: u64,
}

/// What [`Inbox::take`] answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Taken {
    /// It is new; the effect belongs into the same transaction.
    New,
    /// Its effect is there already: acknowledge it, and do nothing.
    Duplicate,
    /// It is from before the watermark: nobody knows any more whether its effect is there. It belongs to the
    /// dead letters.
    TooOld,
}

#[derive(Serialize, Deserialize)]
struct Mark {
    below: u64,
}

impl Inbox {
    /// The inbox of a subscriber, under a name that stays the same when the program changes.
    pub const fn new(subscriber: &'static str) -> Self {
        Self { subscriber, retention: Duration::from_secs(7 * 24 * 60 * 60) }
    }

    /// How long each message is remembered by itself; a week by default.
    #[must_use]
    pub const fn retention(self, retention: Duration) -> Self {
        Self { retention, ..self }
    }

    /// Takes a message in. Where two transactions take the same one, one of them conflicts at its commit.
    ///
    /// # Errors
    /// As a read's and a write's.
    pub fn take(&self, tx: &mut Transaction, arrival: Arrival<'_>) -> Result<Taken, StoreError> {
        let at = self.key(arrival);
        if tx.read(&at)?.is_some() {
            return Ok(Taken::Duplicate);
        }
        if self.watermark(tx, arrival.source, arrival.key)?.is_some_and(|below| arrival.id <= below) {
            return Ok(Taken::TooOld);
        }
        let now = tx.unix_ms();
        tx.write(Write::put(at, RecordKind::Inbox, 0, &[]))?;
        let age = Space::InboxAge.with((self.subscriber, now, arrival.source, (arrival.key, arrival.id)));
        tx.write(Write::put(age, RecordKind::Index, 0, &[]))?;
        Ok(Taken::New)
    }

    /// Forgets up to `limit` messages that are older than the retention, behind the watermark, and says how
    /// many.
    ///
    /// # Errors
    /// As a commit's; a `Conflict` says that an old message was just being taken.
    pub async fn trim<D>(&self, store: &Store<D>, limit: usize) -> Result<usize, StoreError> {
        let mut tx = store.begin_own()?;
        let now = tx.unix_ms();
        let end = (self.subscriber, now.saturating_sub(millis(self.retention)));
        let span = Space::InboxAge.before(self.subscriber, end);
        let old = tx.glance(&span, limit)?;
        for (age, _) in &old {
            let (_, _, source, (key, id)): (String, u64, String, (Vec<u8>, u64)) = Space::InboxAge.parts(age)?;
            let below = self.watermark(&mut tx, &source, &key)?.map_or(id, |below| below.max(id));
            let mark = value::encode(&Mark { below })?;
            tx.write(Write::put(self.mark(&source, &key), RecordKind::Inbox, 0, &mark))?;
            tx.write(Write::delete(self.key(Arrival { source: &source, key: &key, id })))?;
            tx.write(Write::delete(age.clone()))?;
        }
        tx.commit().await?;
        Ok(old.len())
    }

    fn watermark(&self, tx: &mut Transaction, source: &str, key: &[u8]) -> Result<Option<u64>, StoreError> {
        let at = self.mark(source, key);
        let Some(record) = tx.read(&at)? else { return Ok(None) };
        let mark: Mark = value::decode(record::payload(&at, &record, RecordKind::Inbox, 0)?)?;
        Ok(Some(mark.below))
    }

    fn key(&self, arrival: Arrival<'_>) -> Vec<u8> {
        Space::Inbox.with((self.subscriber, arrival.source, (arrival.key, arrival.id)))
    }

    fn mark(&self, source: &str, key: &[u8]) -> Vec<u8> {
        Space::Watermark.with((self.subscriber, source, key))
    }
}
