//! A group of transactions: its members, what is checked of each in its turn, and the rows that they come to.

mod answer;
mod applied;
mod member;
mod need;
mod pending;
mod readers;
mod recent;
mod write;

pub use answer::{Answer, Clash};
#[cfg(feature = "durable")]
pub(crate) use applied::Applied;
pub(crate) use applied::{LARGEST_KEY, Rows, apply};
pub use member::{At, Member};
pub use need::Need;
pub(crate) use pending::PendingRow;
pub(crate) use readers::Readers;
pub(crate) use recent::{REMEMBERED, Recent};
pub(crate) use write::NewRow;
pub use write::{Write, WrittenRow};
