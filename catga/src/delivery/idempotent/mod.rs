//! Commands that take effect once, however often they come.

mod claim;
#[expect(clippy::module_inception, reason = "the noun of this folder is the behavior itself")]
mod idempotent;
pub(super) mod key;
mod records;

pub use idempotent::{Idempotent, IdempotentWith};
pub use records::Records;
