//! What makes QoS 2 of a transport's QoS 1: the consumer's inbox.

#[cfg(feature = "store")]
mod held;
#[expect(clippy::module_inception, reason = "the noun of this folder is the inbox itself")]
mod inbox;
#[cfg(feature = "store")]
mod store;

#[cfg(feature = "store")]
pub(in crate::delivery) use held::Held;
#[cfg(feature = "store")]
pub use inbox::Entry;
pub use inbox::{Admitted, Arrival, Inbox};
#[cfg(feature = "store")]
pub use store::StoreInbox;
