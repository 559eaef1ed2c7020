//! Messages as bytes: the formats, and what a format of one's own implements.

#[cfg(any(feature = "postcard", feature = "messagepack"))]
mod bounded;
#[cfg(any(feature = "postcard", feature = "messagepack", feature = "json"))]
mod bounds;
#[expect(clippy::module_inception, reason = "the noun of this folder is the codec itself")]
mod codec;
mod error;
#[cfg(feature = "json")]
mod json;
#[cfg(feature = "messagepack")]
mod messagepack;
#[cfg(feature = "postcard")]
mod postcard;
#[cfg(feature = "protobuf")]
mod protobuf;
mod segments;
#[cfg(any(feature = "json", feature = "messagepack"))]
mod writer;

pub use codec::{Codec, CodecId, Decode, Encode};
pub use error::{DecodeError, EncodeError};
#[cfg(feature = "json")]
pub use json::Json;
#[cfg(feature = "messagepack")]
pub use messagepack::MessagePack;
#[cfg(feature = "postcard")]
pub use postcard::Postcard;
#[cfg(feature = "protobuf")]
pub use protobuf::Protobuf;
