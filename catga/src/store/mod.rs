//! placeholder
mod age;
mod claim;
mod dead_letters;
#[cfg(feature = "durable")]
pub mod durable;
mod engine;
mod error;
mod group;
mod idempotency;
mod inbox;
mod key;
mod keyed;
mod lease;
mod member;
pub mod memory;
pub mod outbox;
mod recent;
mod record;
mod scheduler;
mod space;
mod span;
#[expect(clippy::module_inception, reason = "the noun of this folder is the store itself")]
mod store;
mod table;
mod transaction;
mod value;
pub mod writer;

pub use claim::Claim;
pub use dead_letters::{DeadLetter, DeadLetters, LetterId};
#[cfg(feature = "durable")]
pub use durable::Durable;
pub use engine::{Engine, Identity, Row, Snapshot, StoreId};
pub use error::{ErrorKind, StoreError};
pub use idempotency::{Claiming, Fingerprint, Idempotency, Recorded};
pub use inbox::{Arrival, Inbox, Taken};
pub use key::{EncodeKey, RowKey};
pub use keyed::{KeyGuard, KeyedLocks};
pub use lease::Lease;
pub use member::{Answer, At, Clash, Member, Need, Write};
pub use memory::Memory;
pub use outbox::Outbox;
pub use scheduler::{Scheduled, Scheduler};
pub use span::{Direction, Span};
pub use store::{Store, StoreOptions, StoreStats};
pub use table::Table;
pub use transaction::{Commit, Committed, Mark, Transaction};
