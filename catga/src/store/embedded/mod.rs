//! The store that is embedded in the program: transactions, their group commit, and the engines below, of which one is
//! a file and one is memory.

mod age;
mod commit;
#[cfg(feature = "durable")]
pub mod durable;
mod engine;
pub(in crate::store) mod group;
pub mod memory;
mod options;
mod pages;
pub(in crate::store) mod record;
mod shared;
pub(in crate::store) mod space;
mod stats;
pub(in crate::store) mod store;
mod table;
pub(in crate::store) mod transaction;
pub mod writer;

pub use commit::{Commit, Committed};
pub use engine::{Engine, Row, Snapshot};
pub use group::{Answer, At, Clash, Member, Need, Write, WrittenRow};
pub use memory::Memory;
pub use options::StoreOptions;
pub use stats::StoreStats;
pub use store::Store;
pub use table::Table;
pub use transaction::{Mark, Transaction};
