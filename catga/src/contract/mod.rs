//! A contract: the messages that one mediator serves and others call.

#[expect(clippy::module_inception, reason = "the noun of this folder is the contract itself")]
mod contract;
mod evidence;
mod includes;
mod member;
#[cfg(feature = "schema")]
pub mod schema;
mod shape;

pub use contract::{Contract, ContractSlot};
#[doc(hidden)]
pub use evidence::{Calls, apart, honoured};
pub use includes::Includes;
pub use member::Member;
pub use shape::Shape;
#[doc(hidden)]
pub use shape::Shaped;
