//! A contract's schema, checked in: what its programs have agreed on.
//!
//! [`assert_schema!`](crate::assert_schema) compares what the messages of a contract that says `schema` are made of
//! with a file in version control, so that a change which old programs do not bear is found by a test, and not by them.
//!
//! ```
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
//! let now = catga::contract::schema::text::<PaymentsApi>();
//! assert_eq!(now, "\
//! ## PaymentsApi: what its programs have agreed on; `assert_schema!` compares it, `CATGA_SCHEMA=write` writes it.
//!
//! [ChargeCard version 1]
//! type = ChargeCard
//! kind = command
//! codec = postcard, by position
//! endpoint = payments
//! ChargeCard: struct
//! ChargeCard.cents: u32
//! ChargeCard reply: u64
//! ");
//!
//! let wider = now.replace("u32", "i64");
//! let differences = catga::contract::schema::compare(&now, &wider).unwrap();
//! assert!(differences[0].is_breaking());
//! assert!(differences[0].to_string().starts_with("ChargeCard.cents: u32 became i64: "));
//! ```
//!
//! # What breaks
//!
//! Programs of both ages run side by side while they are deployed, so a change is compatible where each
//! reads the other. A message that is added is. In a format without names (postcard) nothing else is, as the
//! numbers in the envelopes differ: raise the message's version and say `upcasts = ..`, which is compatible
//! as long as the version before stays as it was; deploy those that serve it first, as old programs do not know
//! the new version. In a format with names (JSON, MessagePack, Protobuf) a field that is an `Option` may
//! come or go too, and fields may change places.
//!
//! The schema is that of `postcard_schema`: it sees neither `#[serde(default)]`, `rename` nor `with`, nor the
//! tags of Protobuf, which may not change.

mod block;
mod check;
mod compare;
mod difference;
mod error;
mod text;

#[doc(hidden)]
pub use check::check_in;
pub use check::{Accept, check};
pub use compare::{Malformed, compare};
pub use difference::Difference;
pub use error::SchemaError;
pub use text::text;
