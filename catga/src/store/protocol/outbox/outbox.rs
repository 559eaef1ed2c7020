use core::time::Duration;

use super::message::{Added, OutboxMessage, Stored};
use super::room::OutboxLimits;
use crate::store::embedded::group::Write;
use crate::store::embedded::record::RecordKind;
use crate::store::embedded::space::Space;
use crate::store::embedded::store::Store;
use crate::store::embedded::transaction::Transaction;
use crate::store::error::StoreError;
use crate::store::value;

/// The outbox of one destination.
#[derive(Clone, Copy, Debug)]
pub struct Outbox {
    pub(in crate::store) name: &'static str,
    pub(in crate::store) lease: Duration,
    pub(in crate::store) limits: OutboxLimits,
    pub(in crate::store) retention: Duration,
    /// Whether it is for what a relay delivers.
    pub(in crate::store) drains: bool,
}

impl Outbox {
    /// The outbox of this name, which stays the same when the program changes.
    pub const fn new(name: &'static str) -> Self {
        let limits = OutboxLimits::DEFAULT;
        Self { name, lease: Duration::from_secs(30), limits, retention: Duration::ZERO, drains: false }
    }

    /// How long a relay has a key that it has claimed; 30 s by default.
    #[must_use]
    pub const fn lease(self, lease: Duration) -> Self {
        Self { lease, ..self }
    }

    /// How much it takes.
    #[must_use]
    pub const fn limits(self, limits: OutboxLimits) -> Self {
        Self { limits, ..self }
    }

    /// How long published rows are kept, to be looked at; not at all, by default.
    #[must_use]
    pub const fn retention(self, retention: Duration) -> Self {
        Self { retention, ..self }
    }

    /// Its name.
    #[cfg(feature = "wire")]
    pub(crate) const fn called(&self) -> &'static str {
        self.name
    }

    /// How long a relay has a key that it has claimed.
    #[cfg(feature = "wire")]
    pub(crate) const fn claimed_for(&self) -> Duration {
        self.lease
    }

    /// How long published rows are kept.
    #[cfg(feature = "wire")]
    pub(crate) const fn kept_for(&self) -> Duration {
        self.retention
    }

    /// Adds a message, as part of the transaction.
    ///
    /// # Errors
    /// `Overloaded` where the backlog is full, or that of the key: stop the intake, not the drain. Else as a write's.
    pub fn add(&self, tx: &mut Transaction, message: &OutboxMessage) -> Result<Added, StoreError> {
        let backlog = self.whole_has_room(tx)?;
        self.key_has_room(tx, backlog, &message.key, 1)?;
        self.put(tx, message)
    }

    /// The same for a message that the store has already, elsewhere: its key takes it.
    pub(in crate::store) fn move_in(&self, tx: &mut Transaction, message: &OutboxMessage) -> Result<Added, StoreError> {
        self.whole_has_room(tx)?;
        self.put(tx, message)
    }

    fn put(&self, tx: &mut Transaction, message: &OutboxMessage) -> Result<Added, StoreError> {
        if !tx.once(Space::Outbox.with((self.name, message.key.as_slice(), message.id))) {
            return Ok(Added::Duplicate);
        }
        let stored =
            Stored { id: message.id, name: message.name.clone(), body: message.body.clone(), added_ms: tx.unix_ms() };
        let mut key = Space::Outbox.with((self.name, message.key.as_slice()));
        let stamp = key.len();
        key.extend_from_slice(&[0; 8]);
        key.extend_from_slice(&tx.ordinal().to_be_bytes());
        tx.write(Write::stamped(key, RecordKind::Outbox, &value::encode(&stored)?, Some(stamp), None))?;
        tx.write(Write::put(self.ready(&message.key), RecordKind::Index, 0, &[]))?;
        tx.write(Write::add(self.count(), 1))?;
        Ok(Added::New)
    }

    /// Forgets a handler that the program has no more, and that had done its part of up to `limit` events whose other
    /// handlers have not: those are held until this is said, or until a handler has its name again. Says of how many
    /// events. Then [`resume`](Self::resume) their keys, or start a relay anew.
    ///
    /// # Errors
    /// As a commit's: some may be forgotten then, and running it again goes on.
    pub async fn forget_handler<D>(store: &Store<D>, name: &str, limit: usize) -> Result<usize, StoreError> {
        super::heard::forget_handler(store, name, limit).await
    }

    pub(super) fn count(&self) -> Vec<u8> {
        Space::OutboxCount.with(self.name)
    }

    pub(super) fn row(&self, key: &[u8], (sequence, ordinal): (u64, u32)) -> Vec<u8> {
        Space::Outbox.with((self.name, key, sequence, ordinal))
    }

    pub(super) fn ready(&self, key: &[u8]) -> Vec<u8> {
        Space::OutboxReady.with((self.name, key))
    }

    pub(super) fn waiting(&self, time: u64, key: &[u8]) -> Vec<u8> {
        Space::OutboxWaiting.with((self.name, time, key))
    }

    pub(super) fn state(&self, key: &[u8]) -> Vec<u8> {
        Space::OutboxKey.with((self.name, key))
    }
}
