use super::span::Span;

/// The parts of the key space, by the first byte of a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub(crate) enum Space {
    Idempotency = 0x10,
    IdempotencyDone = 0x11,
    Outbox = 0x20,
    OutboxHead = 0x21,
    OutboxRunning = 0x22,
    OutboxDone = 0x23,
    OutboxCount = 0x24,
    OutboxMeta = 0x25,
    Inbox = 0x30,
    Watermark = 0x31,
    InboxAge = 0x32,
    DeadLetters = 0x40,
    Scheduled = 0x50,
    ScheduledDue = 0x51,
    Leases = 0x60,
    User = 0x80,
}

impl Space {
    /// A key that begins in this space.
    pub(crate) fn key(self) -> Vec<u8> {
        let mut key = Vec::with_capacity(64);
        key.push(self as u8);
        key
    }

    /// A key with these parts.
    pub(crate) fn with(self, parts: impl super::EncodeKey) -> Vec<u8> {
        let mut key = self.key();
        parts.encode_key(&mut key);
        key
    }

    /// All of it.
    pub(crate) fn all(self) -> Span {
        Span::prefix(&[self as u8])
    }
}
