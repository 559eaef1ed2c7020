//! How much an outbox takes.

use super::outbox::Outbox;
use crate::store::backlogs;
use crate::store::embedded::record;
use crate::store::embedded::space::Space;
use crate::store::embedded::transaction::Transaction;
use crate::store::error::StoreError;
use crate::store::span;

/// How much an outbox takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OutboxLimits {
    /// Rows that are not published yet; a million by default. Handlers that a relay delivers to have an eighth more, so
    /// that what they write in turn does not keep a full outbox from its drain.
    pub rows: u64,
    /// Those of one key; a hundred thousand by default. A key that is parked, or that comes more often than it can be
    /// delivered, leaves the rest to the others. What is due of a schedule, and what a relay delivers and what that
    /// writes in turn, was taken in before and is not held to it.
    ///
    /// It is the number that this process has counted and has added since: transactions that are under way at once may
    /// go beyond it, each by what it adds.
    pub per_key: u64,
    /// How many rows of one key a relay claims at once; one by default.
    pub per_claim: usize,
}

impl Default for OutboxLimits {
    fn default() -> Self {
        Self::DEFAULT
    }
}

impl OutboxLimits {
    /// What an outbox takes unless it is said.
    pub const DEFAULT: Self = Self { rows: 1_000_000, per_key: 100_000, per_claim: 1 };
}

impl Outbox {
    /// The same for a handler that a relay delivers to, which has the reserve.
    #[cfg(feature = "wire")]
    pub(crate) const fn in_drain(self) -> Self {
        let rows = self.limits.rows.saturating_add(self.limits.rows.div_ceil(8));
        // A key whose first message writes another for the same key would never move again.
        let per_key = u64::MAX;
        Self { limits: OutboxLimits { rows, per_key, ..self.limits }, drains: true, ..self }
    }

    /// Whether it takes a message, besides those that it has; of this key, where there is one.
    ///
    /// # Errors
    /// `Overloaded` where it does not, or where the store's file has no room; else as a read's.
    pub fn has_room(&self, tx: &mut Transaction, key: Option<&[u8]>) -> Result<(), StoreError> {
        let backlog = self.whole_has_room(tx)?;
        key.map_or(Ok(()), |key| self.key_has_room(tx, backlog, key, 0))
    }

    /// How many rows more it takes.
    pub(in crate::store) fn room(&self, tx: &mut Transaction) -> Result<u64, StoreError> {
        self.whole_has_room(tx).map(|backlog| self.limits.rows - backlog)
    }

    /// How many rows it has, where it takes one more.
    pub(super) fn whole_has_room(&self, tx: &mut Transaction) -> Result<u64, StoreError> {
        tx.has_room(self.drains)?;
        let count = tx.peek(&self.count())?.map_or(Ok(0), |record| record::count(&self.count(), &record))?;
        let backlog = u64::try_from(count).unwrap_or(0);
        if backlog < self.limits.rows { Ok(backlog) } else { Err(backlogs::full()) }
    }

    pub(super) fn key_has_room(&self, tx: &Transaction, backlog: u64, key: &[u8], rows: u64) -> Result<(), StoreError> {
        if !backlogs::is_near(backlog, self.limits.per_key) {
            return Ok(());
        }
        let count = || self.count_of(tx, key);
        tx.backlogs().takes_of((self.name, key), (rows, self.limits.per_key), tx.unix_ms(), count)
    }

    /// How many rows a key has; those above its limit are not counted.
    fn count_of(&self, tx: &Transaction, key: &[u8]) -> Result<u64, StoreError> {
        const AT_ONCE: usize = 256;
        let (mut rows, mut span) = (0, Space::Outbox.span((self.name, key)));
        loop {
            let page = tx.glance(&span, AT_ONCE)?;
            rows += page.len() as u64;
            match page.last() {
                Some((last, _)) if page.len() == AT_ONCE && rows < self.limits.per_key => {
                    span.start = span::next(last);
                }
                _ => return Ok(rows),
            }
        }
    }
}
