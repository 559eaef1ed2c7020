//! Messages as bytes: the formats, and what a format of one's own implements.

mod choose;
#[expect(clippy::module_inception, reason = "the noun of this folder is the codec itself")]
mod codec;
mod error;
mod key;
#[cfg(feature = "postcard")]
mod postcard;

pub use choose::Choose;
pub use codec::{Codec, CodecId, Decode, Encode};
pub use error::{DecodeError, EncodeError};
pub use key::{KeyBytes, Keyed, OrderOf, Orders};
#[cfg(feature = "postcard")]
pub use postcard::Postcard;
