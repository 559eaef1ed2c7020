//! The outbox: messages that are written in the transaction of what they tell of, and claimed, published and
//! marked by relays.
//!
//! - **What is claimed is a key**, with its first rows: rows of one key are published in their order, and no
//!   two relays have the same key. Different keys run in parallel.
//! - **Adding a row conflicts with nobody**: its position is the sequence of its transaction.
//! - A key is *ready*, *waiting* (claimed, or backing off, until a time), *parked* (its first message was given
//!   up, and an operator has to look) or *held* (its first message is one that this program does not know).
//!
//! A row is deleted, or kept as published for the retention, in the commit that marks it. A relay that ends in
//! between publishes the row once more, with the same id.

mod backlog;
pub(crate) mod heard;
mod keys;
mod message;
#[expect(clippy::module_inception, reason = "the noun of this folder is the outbox itself")]
mod outbox;
mod relay;
mod room;

pub use backlog::Oldest;
#[cfg(any(feature = "wire", feature = "sql"))]
pub(crate) use backlog::earlier;
pub use keys::{HeldKey, KeyInfo, KeyState};
pub use message::{Added, OutboxMessage, OutboxRow};
pub use outbox::Outbox;
pub use relay::{ClaimedKey, Fate, Marked, Relay};
#[cfg(feature = "sql")]
pub(in crate::store) use relay::{LOST, Round};
pub use room::OutboxLimits;
