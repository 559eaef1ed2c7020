//! Reading Postcard: the bytes, its numbers, and what serde makes of them.

mod items;
mod number;
#[expect(clippy::module_inception, reason = "the noun of this folder is the reader itself")]
mod reader;
mod values;

pub(super) use reader::{Reader, Unread, Why};
