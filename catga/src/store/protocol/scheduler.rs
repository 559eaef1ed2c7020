use core::time::Duration;

use serde::{Deserialize, Serialize};

use super::claim::{self, millis};
use super::outbox::{Outbox, OutboxMessage};
use crate::id::Id;
use crate::store::embedded::group::Write;
use crate::store::embedded::record::{self, RecordKind};
use crate::store::embedded::space::Space;
use crate::store::embedded::store::Store;
use crate::store::embedded::transaction::Transaction;
use crate::store::error::{ErrorKind, StoreError};
use crate::store::span;
use crate::store::value;

/// Messages that are sent later. When they are due they become rows of an outbox, in the order of their times.
#[derive(Clone, Copy, Debug)]
pub struct Scheduler {
    pub(in crate::store) name: &'static str,
    pub(in crate::store) limit: u64,
    /// Whether it is for what a relay delivers.
    drains: bool,
}

/// A message that is sent later.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Scheduled {
    /// The message. Its id is also that of the schedule, and of the first time. Where it recurs, each time after that has
    /// an id that follows from it and from how many there were before, and that is no other message's.
    pub message: OutboxMessage,
    /// How long after one time the next is, in milliseconds; zero for one time alone.
    pub every_ms: u64,
    /// How many times it was sent.
    pub sent: u64,
}

impl Scheduler {
    /// The schedule of this name, which stays the same when the program changes.
    pub const fn new(name: &'static str) -> Self {
        Self { name, limit: 1_000_000, drains: false }
    }

    /// How many messages may wait; a million by default. More are refused where they are scheduled, with `Overloaded`.
    /// Handlers that a relay delivers to have an eighth more.
    ///
    /// It is the number of those that were committed when a transaction began: those that are under way at once may go
    /// beyond it, each by what it adds. What recurs, and what is moved, was taken in before.
    #[must_use]
    pub const fn limit(self, messages: u64) -> Self {
        Self { limit: messages, ..self }
    }

    /// The same for a handler that a relay delivers to, which has the reserve.
    #[cfg(feature = "wire")]
    pub(crate) const fn in_drain(self) -> Self {
        let limit = self.limit.saturating_add(self.limit.div_ceil(8));
        Self { limit, drains: true, ..self }
    }

    /// Sends the message at a time, in milliseconds since 1970; at once where that is past.
    ///
    /// # Errors
    /// `Mismatch` where its id is scheduled already; `Overloaded` where it is [full](Self::limit); else as a read's and a
    /// write's.
    pub fn at(&self, tx: &mut Transaction, due_ms: u64, message: OutboxMessage) -> Result<(), StoreError> {
        self.take_in(tx, due_ms, Scheduled { message, every_ms: 0, sent: 0 })
    }

    /// Sends the message after a while.
    ///
    /// # Errors
    /// As [`at`](Self::at).
    pub fn after(&self, tx: &mut Transaction, delay: Duration, message: OutboxMessage) -> Result<(), StoreError> {
        let due = claim::end(tx.unix_ms(), delay);
        self.at(tx, due, message)
    }

    /// Sends the message at a time, and again each time the period (at least a millisecond) has gone by. What
    /// was missed while nobody ran it is sent once.
    ///
    /// # Errors
    /// As [`at`](Self::at).
    pub fn every(
        &self,
        tx: &mut Transaction,
        first_ms: u64,
        period: Duration,
        message: OutboxMessage,
    ) -> Result<(), StoreError> {
        self.take_in(tx, first_ms, Scheduled { message, every_ms: millis(period).max(1), sent: 0 })
    }

    /// Does not send it.
    ///
    /// # Errors
    /// `Missing` where it was sent already, or never scheduled; else as a read's and a write's.
    pub fn cancel(&self, tx: &mut Transaction, id: u64) -> Result<Scheduled, StoreError> {
        let at = self.by_id(id);
        let record = tx.read(&at)?.ok_or_else(gone)?;
        let due: u64 = value::decode(record::payload(&at, &record, RecordKind::Scheduled, 0)?)?;
        let due_at = self.by_time(due, id);
        let record = tx.read(&due_at)?.ok_or_else(gone)?;
        let scheduled = value::decode(record::payload(&due_at, &record, RecordKind::Scheduled, 0)?)?;
        tx.write(Write::delete(at))?;
        tx.write(Write::delete(due_at))?;
        tx.write(Write::add(self.count(), -1))?;
        Ok(scheduled)
    }

    /// Sends it at another time.
    ///
    /// # Errors
    /// As [`cancel`](Self::cancel).
    pub fn move_to(&self, tx: &mut Transaction, id: u64, due_ms: u64) -> Result<(), StoreError> {
        let scheduled = self.cancel(tx, id)?;
        self.add(tx, due_ms, scheduled)
    }

    /// Up to `limit` of what is scheduled, by its time, after the time and id of one of them.
    ///
    /// # Errors
    /// As a read's.
    pub fn list<D>(
        &self,
        store: &Store<D>,
        after: Option<(u64, u64)>,
        limit: usize,
    ) -> Result<Vec<(u64, Scheduled)>, StoreError> {
        let mut all = Space::ScheduledDue.span(self.name);
        if let Some((due, id)) = after {
            all.start = span::next(&self.by_time(due, id));
        }
        self.parsed(store.begin_own()?.glance(&all, limit)?)
    }

    /// When the next is due, in milliseconds since 1970.
    ///
    /// # Errors
    /// As a read's.
    pub fn next_ms<D>(&self, store: &Store<D>) -> Result<Option<u64>, StoreError> {
        Ok(self.list(store, None, 1)?.first().map(|(due, _)| *due))
    }

    /// Makes up to `limit` of what is due rows of the outbox, in the order of their times, all in one commit:
    /// each is there once, whatever ends in between. Says how many.
    ///
    /// # Errors
    /// `Held` after a restore, until it is confirmed; `Overloaded` where the outbox is full; else as a commit's. A
    /// `Conflict` says that one of them was cancelled or moved just then: run again.
    pub async fn release<D>(&self, store: &Store<D>, outbox: &Outbox, limit: usize) -> Result<usize, StoreError> {
        let mut tx = store.begin_own()?;
        tx.may_send()?;
        let now = tx.unix_ms();
        let span = Space::ScheduledDue.before(self.name, (self.name, now + 1));
        if tx.glance(&span, 1)?.is_empty() {
            return Ok(0);
        }
        // No more than there is room for: what is beyond that is the reserve of the drain.
        let room = usize::try_from(outbox.room(&mut tx)?).unwrap_or(usize::MAX);
        let due = self.parsed(tx.glance(&span, limit.min(room))?)?;
        for (time, scheduled) in &due {
            let id = scheduled.message.id;
            // Reads both, so that a cancellation at the same time conflicts.
            self.cancel(&mut tx, id)?;
            let message = OutboxMessage { id: occurrence(id, scheduled.sent), ..scheduled.message.clone() };
            outbox.move_in(&mut tx, &message)?;
            if let Some(missed) = now.saturating_sub(*time).checked_div(scheduled.every_ms) {
                let next = time.saturating_add((missed + 1).saturating_mul(scheduled.every_ms));
                self.add(&mut tx, next, Scheduled { sent: scheduled.sent + 1, ..scheduled.clone() })?;
            }
        }
        tx.commit().await?;
        Ok(due.len())
    }

    /// How many messages wait.
    ///
    /// # Errors
    /// As a read's.
    pub fn waiting<D>(&self, store: &Store<D>) -> Result<u64, StoreError> {
        self.counted(&mut store.begin()?)
    }

    fn counted(&self, tx: &mut Transaction) -> Result<u64, StoreError> {
        let at = self.count();
        let count = tx.peek(&at)?.map_or(Ok(0), |record| record::count(&at, &record))?;
        Ok(u64::try_from(count).unwrap_or(0))
    }

    fn take_in(&self, tx: &mut Transaction, due: u64, scheduled: Scheduled) -> Result<(), StoreError> {
        tx.has_room(self.drains)?;
        if self.counted(tx)? >= self.limit {
            return Err(full());
        }
        self.add(tx, due, scheduled)
    }

    fn add(&self, tx: &mut Transaction, due: u64, scheduled: Scheduled) -> Result<(), StoreError> {
        let (id, at) = (scheduled.message.id, self.by_id(scheduled.message.id));
        if tx.read(&at)?.is_some() {
            return Err(taken());
        }
        tx.write(Write::put(at, RecordKind::Scheduled, 0, &value::encode(&due)?))?;
        tx.write(Write::add(self.count(), 1))?;
        tx.write(Write::put(self.by_time(due, id), RecordKind::Scheduled, 0, &value::encode(&scheduled)?))
    }

    fn parsed(&self, rows: Vec<(Vec<u8>, Vec<u8>)>) -> Result<Vec<(u64, Scheduled)>, StoreError> {
        let row = |(at, bytes): (Vec<u8>, Vec<u8>)| {
            let (_, due, _): (String, u64, u64) = Space::ScheduledDue.parts(&at)?;
            Ok((due, value::decode(record::payload(&at, &bytes, RecordKind::Scheduled, 0)?)?))
        };
        rows.into_iter().map(row).collect()
    }

    fn count(&self) -> Vec<u8> {
        Space::ScheduledCount.with(self.name)
    }

    fn by_id(&self, id: u64) -> Vec<u8> {
        Space::Scheduled.with((self.name, id))
    }

    fn by_time(&self, due: u64, id: u64) -> Vec<u8> {
        Space::ScheduledDue.with((self.name, due, id))
    }
}

/// The id of the message that is sent when so many were sent before.
pub(in crate::store) fn occurrence(id: u64, sent: u64) -> u64 {
    if sent == 0 { id } else { Id::new(id).following(sent).get() }
}

pub(in crate::store) fn full() -> StoreError {
    let detail =
        "the schedule has all messages that it may have; take no more for later until some are due, or raise `limit`";
    StoreError::new(ErrorKind::Overloaded, detail)
}

pub(in crate::store) fn taken() -> StoreError {
    StoreError::new(ErrorKind::Mismatch, "something is scheduled under this id already; cancel or move that")
}

pub(in crate::store) fn gone() -> StoreError {
    StoreError::new(ErrorKind::Missing, "nothing is scheduled under this id; it was sent or cancelled")
}
