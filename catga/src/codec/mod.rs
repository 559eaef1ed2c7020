//! Messages as bytes: the formats, and what a format of one's own implements.

#[expect(clippy::module_inception, reason = "the noun of this folder is the codec itself")]
mod codec;
mod error;
#[cfg(feature = "postcard")]
mod postcard;

pub use codec::{Codec, CodecId, Decode, Encode};
pub use error::{DecodeError, EncodeError};
#[cfg(feature = "postcard")]
pub use postcard::Postcard;
