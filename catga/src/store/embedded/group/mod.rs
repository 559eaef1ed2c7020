//! A group of transactions: its members, what is checked of each in its turn, and the rows that they come to.

mod applied;
mod member;
mod pending;
mod recent;

pub(crate) use applied::{Applied, Rows, apply};
pub use member::{Answer, At, Clash, Member, Need, Write, WrittenRow};
pub(crate) use pending::PendingRow;
pub(crate) use recent::{Readers, Recent};
