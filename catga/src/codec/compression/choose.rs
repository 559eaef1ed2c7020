use super::CompressionId;
use crate::message::ByDefault;

/// How the bodies of a message are compressed, and those of its answers: `#[command(compress = Zstd)]`.
///
/// From [`THRESHOLD`](super::THRESHOLD) bytes on, and where they get smaller; others go as they are. The envelope says which,
/// so that who receives it expands it whatever the message says there.
pub trait Compresses: Send + Sync + 'static {
    /// The number of the compression, or [`CompressionId::NONE`].
    const ID: CompressionId;
}

/// Bodies go as they are.
#[derive(Clone, Copy, Debug)]
pub struct Uncompressed;

impl Compresses for Uncompressed {
    const ID: CompressionId = CompressionId::NONE;
}

#[cfg(feature = "lz4")]
impl Compresses for super::Lz4 {
    const ID: CompressionId = <Self as super::Compression>::ID;
}

#[cfg(feature = "zstd")]
impl Compresses for super::Zstd {
    const ID: CompressionId = <Self as super::Compression>::ID;
}

/// A compression, where that is all that is asked.
#[diagnostic::on_unimplemented(
    message = "CATGA056: `{Self}` does not compress messages",
    label = "not a compression of messages",
    note = "say `compress = Zstd` or `compress = Lz4` (of `catga::codec::compression`, by the features of their names), or `Uncompressed`"
)]
pub trait IsCompression: Compresses {}

// Without it rustc shows all compressions.
#[diagnostic::do_not_recommend]
impl<Z: Compresses> IsCompression for Z {}

/// That `compress = ..` names a compression.
pub const fn is_compression<Z: IsCompression>() -> bool {
    true
}

/// The compression of a message: the one it names, or `D`.
pub trait ChooseCompression<D> {
    /// The compression.
    type Compression: Compresses;
}

impl<D: Compresses> ChooseCompression<D> for ByDefault {
    type Compression = D;
}

#[diagnostic::do_not_recommend]
impl<D, Z: Compresses> ChooseCompression<D> for Z {
    type Compression = Z;
}
