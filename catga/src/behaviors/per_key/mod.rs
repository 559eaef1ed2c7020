//! A behavior for each key: what tells the messages apart, and the behaviors that are kept.

mod idle;
mod kept;
mod key_of;
#[expect(clippy::module_inception, reason = "the noun of this folder is the behavior per key itself")]
mod per_key;

pub use idle::Idle;
pub use key_of::{IsKey, KeyOf};
pub use per_key::PerKey;
