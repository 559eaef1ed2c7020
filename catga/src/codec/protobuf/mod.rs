//! Protobuf, for types that are `prost` messages.

#[expect(clippy::module_inception, reason = "the noun of this folder is the format itself")]
mod protobuf;
mod put;

pub use protobuf::Protobuf;
