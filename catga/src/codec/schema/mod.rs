//! What a type looks like in bytes: a number to tell two apart, a text to check in, and what changed.
//!
//! A type derives [`Schema`] (of the crate `postcard-schema`, with its feature `derive`).
//!
//! ```
//! # #[cfg(feature = "alloc")] {
//! use catga::codec::schema::{Fingerprint, Text, compare};
//! use postcard_schema::Schema;
//!
//! #[derive(Schema)]
//! struct ChargeCard {
//!     cents: u64,
//!     note: Option<u8>,
//! }
//!
//! const NUMBER: Fingerprint = Fingerprint::of::<ChargeCard>();
//! assert_ne!(NUMBER, Fingerprint::of::<(u64, Option<u8>)>());
//!
//! let now = Text::of::<ChargeCard>().to_string();
//! assert_eq!(now, "ChargeCard: struct\nChargeCard.cents: u64\nChargeCard.note: option<u8>\n");
//!
//! let was = "ChargeCard: struct\nChargeCard.cents: u32\n";
//! let changes = compare(was, &now).unwrap();
//! assert_eq!(changes[0].to_string(), "ChargeCard.cents: u32 became u64");
//! assert_eq!(changes[1].to_string(), "ChargeCard: field note added at the end, optional");
//! // A format with names passes over a field that it does not know, and does without an optional one.
//! assert!(!changes[1].under(true).is_breaking() && changes[1].under(false).is_breaking());
//! # }
//! ```
//!
//! What the schema does not see: `#[serde(default)]`, `rename_all`, `flatten`, `tag` and `with`.

#[cfg(feature = "alloc")]
mod change;
#[cfg(feature = "alloc")]
mod compare;
mod fingerprint;
mod text;

#[cfg(feature = "alloc")]
pub use change::{Change, Part, Reads, What};
#[cfg(feature = "alloc")]
pub use compare::{NoSchema, compare};
pub use fingerprint::Fingerprint;
pub use postcard_schema::Schema;
pub use text::Text;
