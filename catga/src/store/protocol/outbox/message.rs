use serde::{Deserialize, Serialize};

/// A message on its way: what the outbox keeps of it is bytes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OutboxMessage {
    /// The same for every attempt.
    pub id: u64,
    /// What message it is: its name on the wire.
    pub name: String,
    /// What its order is kept by. Messages of one key follow each other.
    pub key: Vec<u8>,
    /// The message, encoded.
    pub body: Vec<u8>,
}

/// That a message was added.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Added {
    /// It is a row now.
    New,
    /// A row with its id and key was added by this transaction before.
    Duplicate,
}

/// A message that a relay has claimed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OutboxRow {
    /// Its place: the sequence of its transaction, and its number in that.
    pub position: (u64, u32),
    /// How often it was tried and failed.
    pub attempts: u32,
    /// When it was added, in milliseconds since 1970.
    pub added_ms: u64,
    /// The message.
    pub message: OutboxMessage,
}

/// What is stored of a row; its key and position are in the key.
#[derive(Serialize, Deserialize)]
pub(super) struct Stored {
    pub(super) id: u64,
    pub(super) name: String,
    pub(super) body: Vec<u8>,
    pub(super) added_ms: u64,
}
