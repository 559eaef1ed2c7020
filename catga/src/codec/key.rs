use super::EncodeError;
use crate::buffer::Sink;
use crate::message::{ByKey, Message, OnWire, Unkeyed};

/// A message with a key: what has one key is delivered in order.
///
/// Implemented by `key = field` at the message.
pub trait Keyed: Message {
    /// Writes the key's bytes.
    ///
    /// # Errors
    /// [`EncodeError`] where the sink is full.
    fn write_key<S: Sink>(&self, sink: &mut S) -> Result<(), EncodeError>;
}

/// A field that can be a key: its bytes are the same for the same value, in every build.
#[diagnostic::on_unimplemented(
    message = "CATGA091: `{Self}` cannot be the key of a message",
    label = "this has no bytes",
    note = "add `#[derive(Serialize)]` (serde) to `{Self}`, and enable catga's feature `postcard`"
)]
pub trait KeyBytes {
    /// Writes them.
    ///
    /// # Errors
    /// [`EncodeError`] where the sink is full.
    fn write<S: Sink>(&self, sink: &mut S) -> Result<(), EncodeError>;
}

#[cfg(feature = "postcard")]
#[diagnostic::do_not_recommend]
impl<T: serde_core::Serialize + ?Sized> KeyBytes for T {
    #[inline]
    fn write<S: Sink>(&self, sink: &mut S) -> Result<(), EncodeError> {
        <super::Postcard as super::Encode<T>>::encode(self, sink)
    }
}

/// Whether there is a key, by what the message says of itself.
pub trait Orders<M> {
    /// Whether there is one.
    const IS_KEYED: bool;

    /// Writes the key, where there is one.
    ///
    /// # Errors
    /// [`EncodeError`] where the sink is full.
    fn write<S: Sink>(message: &M, sink: &mut S) -> Result<(), EncodeError>;
}

impl<M> Orders<M> for Unkeyed {
    const IS_KEYED: bool = false;

    #[inline]
    fn write<S: Sink>(_: &M, _: &mut S) -> Result<(), EncodeError> {
        Ok(())
    }
}

impl<M: Keyed> Orders<M> for ByKey {
    const IS_KEYED: bool = true;

    #[inline]
    fn write<S: Sink>(message: &M, sink: &mut S) -> Result<(), EncodeError> {
        message.write_key(sink)
    }
}

/// What keeps the order of `M`.
pub type OrderOf<M> = <<M as Message>::Wire as OnWire>::Order;
