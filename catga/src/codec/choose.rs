use super::Codec;
use crate::message::ByDefault;

/// A format, where that is all that is asked.
#[diagnostic::on_unimplemented(
    message = "CATGA057: `{Self}` is no format of messages",
    label = "not a format",
    note = "say `codec = Postcard`, or `Json`, `MessagePack` or `Protobuf` (of `catga::codec`, by the features of their names), or a type of yours that implements `Codec`"
)]
pub trait IsCodec: Codec {}

// Without it rustc shows all formats.
#[diagnostic::do_not_recommend]
impl<C: Codec> IsCodec for C {}

/// That `codec = ..` names a format.
pub const fn is_codec<C: IsCodec>() -> bool {
    true
}

/// The codec of a message: the one it names, or `D`.
pub trait Choose<D> {
    /// The codec.
    type Codec: Codec;
}

impl<D: Codec> Choose<D> for ByDefault {
    type Codec = D;
}

#[diagnostic::do_not_recommend]
impl<D, C: Codec> Choose<D> for C {
    type Codec = C;
}
