use crate::store::error::{ErrorKind, StoreError};
use crate::store::key::{EncodeKey, RowKey};
use crate::store::span::Span;

/// The parts of the key space, by the first byte of a key: neighbours lie together where they are stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub(crate) enum Space {
    // How far the store is, and what is under way in it: few rows, of which every step changes some.
    /// One key alone: the store was restored, and sends nothing.
    Held = 0x01,
    Leases = 0x02,
    OutboxCount = 0x03,
    OutboxKey = 0x04,
    OutboxWaiting = 0x05,
    OutboxHeard = 0x06,
    EffectsOpen = 0x07,
    Workers = 0x08,
    ScheduledCount = 0x09,
    DeadLettersCount = 0x0a,
    // What there may be any number of.
    Idempotency = 0x10,
    IdempotencyDone = 0x11,
    Outbox = 0x20,
    OutboxReady = 0x21,
    OutboxPublished = 0x22,
    Inbox = 0x30,
    Watermark = 0x31,
    InboxAge = 0x32,
    DeadLetters = 0x40,
    DeadLettersOnce = 0x41,
    Scheduled = 0x50,
    ScheduledDue = 0x51,
    Effects = 0x60,
    EffectsDone = 0x61,
    EffectsKept = 0x62,
    User = 0x80,
}

impl Space {
    /// A key that begins in this space.
    pub(crate) fn key(self) -> Vec<u8> {
        self.key_with_room(64)
    }

    /// A key that begins in this space, with what is put behind it: so many bytes in all, about.
    pub(crate) fn key_with_room(self, size: usize) -> Vec<u8> {
        let mut key = Vec::with_capacity(size);
        key.push(self as u8);
        key
    }

    /// A key with these parts.
    pub(crate) fn with(self, parts: impl EncodeKey) -> Vec<u8> {
        let mut key = self.key();
        parts.encode_key(&mut key);
        key
    }

    /// All keys that begin with these parts.
    pub(crate) fn span(self, parts: impl EncodeKey) -> Span {
        Span::prefix(&self.with(parts))
    }

    /// The keys of this space that begin with `first`, with those from `end` on left out.
    pub(crate) fn before(self, first: impl EncodeKey, end: impl EncodeKey) -> Span {
        Span { end: Some(self.with(end)), ..self.span(first) }
    }

    /// The parts of a key of this space.
    pub(crate) fn parts<K: RowKey>(self, key: &[u8]) -> Result<K, StoreError> {
        let wrong = || StoreError::new(ErrorKind::Damaged, "a key of the store is cut off; restore a backup");
        let (space, mut rest) = key.split_first().ok_or_else(wrong)?;
        let parts = K::decode_key(&mut rest)?;
        if *space == self as u8 && rest.is_empty() { Ok(parts) } else { Err(wrong()) }
    }
}
