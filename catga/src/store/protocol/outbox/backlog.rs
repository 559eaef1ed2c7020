//! What is not published yet, and what is kept of the rest.

use super::message::Stored;
use super::outbox::Outbox;
use crate::store::embedded::group::Write;
use crate::store::embedded::record::{self, RecordKind};
use crate::store::embedded::space::Space;
use crate::store::embedded::store::Store;
use crate::store::error::StoreError;
use crate::store::protocol::claim::millis;
use crate::store::span::Span;
use crate::store::value;

/// The oldest message of some keys.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Oldest {
    /// When it was added, in milliseconds since 1970; none where there is no message.
    pub added_ms: Option<u64>,
    /// The key to go on after, where there may be more.
    pub next: Option<Vec<u8>>,
    /// The store's time, in milliseconds since 1970.
    pub now_ms: u64,
}

/// The earlier of two times, either of which may be none.
pub(crate) fn earlier(one: Option<u64>, other: Option<u64>) -> Option<u64> {
    one.into_iter().chain(other).min()
}

impl Outbox {
    /// How many rows are not published yet.
    ///
    /// # Errors
    /// As a read's.
    pub fn backlog<D>(&self, store: &Store<D>) -> Result<u64, StoreError> {
        let record = store.begin_own()?.peek(&self.count())?;
        let count = record.map_or(Ok(0), |record| record::count(&self.count(), &record))?;
        Ok(u64::try_from(count).unwrap_or(0))
    }

    /// The oldest message of up to `limit` keys, after one of them.
    ///
    /// # Errors
    /// As a read's.
    pub fn oldest<D>(&self, store: &Store<D>, after: Option<&[u8]>, limit: usize) -> Result<Oldest, StoreError> {
        let tx = store.begin_own()?;
        let all = Space::Outbox.span(self.name);
        let behind = |key: &[u8]| Space::Outbox.span((self.name, key)).end;
        let mut start = after.map_or(Some(all.start.clone()), behind);
        let mut seen = Oldest { added_ms: None, next: None, now_ms: tx.unix_ms() };
        for _ in 0..limit {
            let Some(from) = start.take() else { return Ok(Oldest { next: None, ..seen }) };
            let first = tx.glance(&Span { start: from, end: all.end.clone() }, 1)?;
            let Some((at, record)) = first.first() else { return Ok(Oldest { next: None, ..seen }) };
            let (_, key, _, _): (String, Vec<u8>, u64, u32) = Space::Outbox.parts(at)?;
            let stored: Stored = value::decode(record::payload(at, record, RecordKind::Outbox, 0)?)?;
            seen.added_ms = earlier(seen.added_ms, Some(stored.added_ms));
            start = behind(&key);
            seen.next = Some(key);
        }
        Ok(seen)
    }

    /// Removes up to `limit` published rows that are older than the retention, and says how many.
    ///
    /// # Errors
    /// As a commit's.
    pub async fn trim<D>(&self, store: &Store<D>, limit: usize) -> Result<usize, StoreError> {
        let mut tx = store.begin_own()?;
        let end = (self.name, tx.unix_ms().saturating_sub(millis(self.retention)));
        let old = tx.glance(&Space::OutboxPublished.before(self.name, end), limit)?;
        for (at, _) in &old {
            tx.write(Write::delete(at.clone()))?;
        }
        tx.commit().await?;
        Ok(old.len())
    }

    /// The ids of up to `limit` published rows that are kept still, oldest first, with when they were published.
    ///
    /// # Errors
    /// As a read's.
    pub fn published<D>(&self, store: &Store<D>, limit: usize) -> Result<Vec<(u64, u64)>, StoreError> {
        let rows = store.begin_own()?.glance(&Space::OutboxPublished.span(self.name), limit)?;
        let id = |(at, _): &(Vec<u8>, Vec<u8>)| {
            let (_, time, id): (String, u64, u64) = Space::OutboxPublished.parts(at)?;
            Ok((id, time))
        };
        rows.iter().map(id).collect()
    }
}
