use super::Codec;
use crate::message::ByDefault;

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
