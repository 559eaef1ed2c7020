//! Protobuf, for types that are `prost` messages.

mod put;
#[expect(clippy::module_inception, reason = "the noun of this folder is the format itself")]
mod protobuf;

pub use protobuf::Protobuf;
