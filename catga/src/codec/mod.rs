//! Messages as bytes: the formats, and what a format of one's own implements.
//!
//! ```
//! # #[cfg(all(feature = "postcard", feature = "json"))] {
//! use catga::codec::{Decode, Encode, EncodeError, Json, Postcard};
//! use serde::{Deserialize, Serialize};
//!
//! #[derive(Debug, PartialEq, Serialize, Deserialize)]
//! struct Charge<'a> {
//!     card: &'a str,
//!     cents: u64,
//! }
//!
//! let charge = Charge { card: "4711", cents: 4_200 };
//! let mut buffer = [0; 7];
//! let bytes = Postcard::try_encode(&charge, &mut buffer).unwrap();
//! assert_eq!(bytes, b"\x044711\xe8\x20");
//! // `card` lies in `bytes`.
//! assert_eq!(Postcard::decode(bytes), Ok(charge));
//!
//! let charge = Charge { card: "4711", cents: 4_200 };
//! assert_eq!(Json::try_encode(&charge, &mut [0; 7]), Err(EncodeError::Short { needed: 28 }));
//! assert_eq!(Json::to_vec(&charge).unwrap(), br#"{"card":"4711","cents":4200}"#);
//! # }
//! ```
//!
//! # A format of one's own
//!
//! It needs neither `serde` nor `alloc`: a type with a number, and what it can carry.
//!
//! ```
//! use catga::buffer::Sink;
//! use catga::codec::{Codec, CodecId, Decode, DecodeError, Encode, EncodeError};
//!
//! /// As the meters of our street speak.
//! struct Meter;
//!
//! struct Reading {
//!     meter: u16,
//!     litres: u32,
//! }
//!
//! impl Codec for Meter {
//!     const ID: CodecId = CodecId(32);
//!     const NAME: &'static str = "meter";
//!     const NAMED: bool = false;
//! }
//!
//! impl Encode<Reading> for Meter {
//!     fn encode<S: Sink>(value: &Reading, sink: &mut S) -> Result<(), EncodeError> {
//!         sink.put(&value.meter.to_be_bytes())?;
//!         sink.put(&value.litres.to_be_bytes())?;
//!         Ok(())
//!     }
//! }
//!
//! impl Decode<'_, Reading> for Meter {
//!     fn decode(bytes: &[u8]) -> Result<Reading, DecodeError> {
//!         let (meter, rest) = bytes.split_first_chunk().ok_or(DecodeError::Truncated)?;
//!         let (litres, rest) = rest.split_first_chunk().ok_or(DecodeError::Truncated)?;
//!         if !rest.is_empty() {
//!             return Err(DecodeError::Trailing { bytes: rest.len() });
//!         }
//!         Ok(Reading { meter: u16::from_be_bytes(*meter), litres: u32::from_be_bytes(*litres) })
//!     }
//! }
//!
//! let mut bytes = heapless::Vec::<u8, 6>::new();
//! Meter::encode(&Reading { meter: 7, litres: 258 }, &mut bytes).unwrap();
//! assert_eq!(bytes, [0, 7, 0, 0, 1, 2]);
//! assert_eq!(Meter::decode(&bytes).unwrap().litres, 258);
//! assert_eq!(Meter::decode(&bytes[..5]).err(), Some(DecodeError::Truncated));
//! ```

#[cfg(feature = "base64")]
pub mod base64;
mod batch;
#[cfg(any(feature = "postcard", feature = "messagepack"))]
mod bounded;
#[cfg(any(feature = "postcard", feature = "messagepack"))]
mod bounds;
mod choose;
#[cfg(feature = "postcard")]
mod chunk;
#[expect(clippy::module_inception, reason = "the noun of this folder is the codec itself")]
mod codec;
#[cfg(feature = "alloc")]
pub mod compression;
mod error;
#[cfg(feature = "json")]
mod json;
mod key;
#[cfg(feature = "messagepack")]
mod messagepack;
#[cfg(all(feature = "postcard", feature = "alloc"))]
mod outline;
#[cfg(feature = "postcard")]
mod postcard;
#[cfg(feature = "protobuf")]
mod protobuf;
#[cfg(feature = "postcard")]
mod room;
#[cfg(feature = "schema")]
pub mod schema;
mod segments;
#[cfg(any(feature = "json", feature = "messagepack"))]
mod writer;

pub use batch::Batch;
pub use choose::Choose;
#[doc(hidden)]
pub use choose::is_codec;
pub use codec::{Codec, CodecId, CompressionId, Decode, Encode};
pub use error::{DecodeError, EncodeError};
#[cfg(feature = "json")]
pub use json::Json;
pub use key::{KeyBytes, Keyed, OrderOf, Orders};
#[cfg(feature = "messagepack")]
pub use messagepack::MessagePack;
#[cfg(all(feature = "postcard", feature = "alloc"))]
pub use outline::outline;
#[cfg(feature = "postcard")]
pub use postcard::Postcard;
#[cfg(feature = "protobuf")]
pub use protobuf::Protobuf;
