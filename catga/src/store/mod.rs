//! placeholder
mod age;
#[cfg(feature = "durable")]
pub mod durable;
mod engine;
mod error;
mod group;
mod key;
mod keyed;
mod member;
pub mod memory;
mod recent;
mod record;
mod space;
mod span;
#[expect(clippy::module_inception, reason = "the noun of this folder is the store itself")]
mod store;
mod table;
mod transaction;
mod value;
pub mod writer;

#[cfg(feature = "durable")]
pub use durable::Durable;
pub use engine::{Engine, Identity, Row, Snapshot, StoreId};
pub use error::{ErrorKind, StoreError};
pub use key::{EncodeKey, RowKey};
pub use keyed::{KeyGuard, KeyedLocks};
pub use member::{Answer, At, Clash, Member, Need, Write};
pub use memory::Memory;
pub use span::{Direction, Span};
pub use store::{Store, StoreOptions, StoreStats};
pub use table::Table;
pub use transaction::{Commit, Committed, Mark, Transaction};
