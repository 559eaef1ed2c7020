use super::{DecodeError, EncodeError};
use crate::buffer::Sink;

/// The number of a format, as envelopes and stored rows carry it. 0 to 31 are Catga's own, the rest is free.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct CodecId(pub u8);

/// A format of messages as bytes.
///
/// Implemented beside [`Encode`] and [`Decode`] for the types that it can carry.
pub trait Codec: Send + Sync + 'static {
    /// Its number, which never changes.
    const ID: CodecId;
    /// Its name, for errors and for people.
    const NAME: &'static str;
    /// Whether bytes carry the names of fields, so that a type may gain some and old bytes still decode.
    const NAMED: bool;
}

/// A format that can write a `T`.
#[diagnostic::on_unimplemented(
    message = "`{T}` cannot be put into bytes by `{Self}`",
    label = "this format cannot write it",
    note = "add `#[derive(Serialize, Deserialize)]` (serde) to `{T}`, or choose another codec"
)]
pub trait Encode<T: ?Sized>: Codec {
    /// Appends the value's bytes.
    ///
    /// # Errors
    /// [`EncodeError`] where the sink is full, or the format cannot express the value.
    fn encode<S: Sink>(value: &T, sink: &mut S) -> Result<(), EncodeError>;
}

/// A format that can read a `T`, which may borrow from the bytes.
#[diagnostic::on_unimplemented(
    message = "`{T}` cannot be read from bytes by `{Self}`",
    label = "this format cannot read it",
    note = "add `#[derive(Serialize, Deserialize)]` (serde) to `{T}`, or choose another codec"
)]
pub trait Decode<'de, T>: Codec {
    /// The value that these bytes are. All bytes have to be used.
    ///
    /// # Errors
    /// [`DecodeError`] where they are not such a value, or more than one.
    fn decode(bytes: &'de [u8]) -> Result<T, DecodeError>;
}
