//! One message at a time of those that share a key, wherever they are handled: a lock with a fencing token.

mod fenced;
mod held;
mod hold;
mod keys;
#[expect(clippy::module_inception, reason = "the noun of this folder is the lock itself")]
mod lock;
mod locked;

pub use fenced::Fenced;
pub use held::Held;
pub use hold::{Hold, Outer};
pub use keys::{By, ByField, LockKeys};
pub use lock::{Lock, LockWith};
pub use locked::Locked;
