//! A contract: the messages that one mediator serves and others call.
//!
//! Two programs may have been built with different ages of a contract. In a format that writes no names a message says by a
//! number what it, its reply and its error are made of, so that who means other fields refuses it, as
//! [`WireError::WrongSchema`](crate::wire::WireError::WrongSchema), and does not read them as these. It is found out from the
//! types when the message is sent or served for the first time.
//!
//! A contract that says `schema` is compared before it is deployed, with a file that is checked in:
//!
//! ```
//! # #[cfg(feature = "schema")]
//! # mod payments {
//! use catga::prelude::*;
//! use postcard_schema::Schema;
//! use serde::{Deserialize, Serialize};
//!
//! #[command(reply = u64)]
//! #[derive(Serialize, Deserialize, Schema)]
//! pub struct ChargeCard { pub cents: u32 }
//!
//! #[contract(endpoint = "payments", schema)]
//! pub struct PaymentsApi(ChargeCard);
//!
//! // In a `#[test]` of yours.
//! fn old_programs_understand_this_one() {
//!     catga::assert_schema!(PaymentsApi, "schema/payments_api.txt");
//! }
//! # }
//! # fn main() {}
//! ```
//!
//! The derive is that of `postcard-schema = { version = "0.2", features = ["derive"] }`; the file's text and what breaks are
//! in `contract::schema`.

#[expect(clippy::module_inception, reason = "the noun of this folder is the contract itself")]
mod contract;
mod evidence;
mod includes;
mod member;
#[cfg(feature = "schema")]
pub mod schema;
mod shape;

pub use contract::{Contract, ContractSlot};
pub(crate) use evidence::consumed;
#[doc(hidden)]
pub use evidence::{Calls, apart, honoured};
pub use includes::Includes;
pub use member::Member;
pub use shape::Shape;
#[doc(hidden)]
pub use shape::Shaped;
