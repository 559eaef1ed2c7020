//! The store that is embedded in the program: transactions, their group commit, and the engines below, of which one is
//! a file and one is memory.

pub(in crate::store) mod age;
mod commit;
#[cfg(feature = "durable")]
pub mod durable;
pub(in crate::store) mod engine;
pub(in crate::store) mod group;
pub mod memory;
mod pages;
pub(in crate::store) mod record;
pub(in crate::store) mod space;
pub(in crate::store) mod store;
mod table;
pub(in crate::store) mod transaction;
pub mod writer;

pub use commit::{Commit, Committed};
pub use engine::{Engine, Identity, Row, Snapshot, StoreId};
pub use group::{Answer, At, Clash, Member, Need, Write, WrittenRow};
pub use memory::Memory;
pub use store::{Store, StoreOptions, StoreStats};
pub use table::Table;
pub use transaction::{Mark, Transaction};
