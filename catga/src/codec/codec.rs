use super::{Batch, DecodeError, EncodeError, batch, segments};
use crate::buffer::{Counter, Sink, Slice};

/// The number of a format, as envelopes and stored rows carry it. 0 to 31 are Catga's own, the rest is free.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct CodecId(pub u8);

/// The number of a compression, as envelopes carry it. 0 to 31 are Catga's own, the rest is free.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CompressionId(pub u8);

impl CompressionId {
    /// The bytes are as they were.
    pub const NONE: Self = Self(0);

    /// Whether it is [`CompressionId::NONE`].
    pub const fn is_none(self) -> bool {
        self.0 == 0
    }
}

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
    note = "derive what the format builds on for `{T}` (serde's `Serialize` and `Deserialize`; for `Protobuf` \
            `prost::Message`), or choose another codec"
)]
pub trait Encode<T: ?Sized>: Codec {
    /// Appends the value's bytes.
    ///
    /// # Errors
    /// [`EncodeError`] where the sink is full, or the format cannot express the value.
    fn encode<S: Sink>(value: &T, sink: &mut S) -> Result<(), EncodeError>;

    /// About how many bytes it takes, where that costs next to nothing to know: for [`Sink::reserve`].
    #[inline]
    fn size_hint(value: &T) -> usize {
        size_of_val(value)
    }

    /// How many bytes it takes. A run over the value, unless the format knows better.
    ///
    /// # Errors
    /// [`EncodeError::Inexpressible`] where the format cannot express the value.
    #[inline]
    fn encoded_size(value: &T) -> Result<usize, EncodeError> {
        let mut counter = Counter::default();
        Self::encode(value, &mut counter)?;
        Ok(counter.0)
    }

    /// Writes to the front of a slice, and answers that part of it.
    ///
    /// # Errors
    /// [`EncodeError::Short`] with the size needed, where the slice is smaller; what it holds then is of no use.
    #[inline]
    fn try_encode<'a>(value: &T, bytes: &'a mut [u8]) -> Result<&'a mut [u8], EncodeError> {
        let mut slice = Slice::new(bytes);
        Self::encode(value, &mut slice)?;
        slice.finish().map_err(|needed| EncodeError::Short { needed })
    }

    /// Appends values as a batch, each behind its length, and answers how many they are. A value is run over
    /// twice unless the format knows its size: a sink takes no length afterwards.
    ///
    /// # Errors
    /// Those of [`encode`](Self::encode), of the first value that fails.
    fn encode_batch<'a, I, S>(values: I, sink: &mut S) -> Result<usize, EncodeError>
    where
        T: 'a,
        I: IntoIterator<Item = &'a T>,
        S: Sink,
    {
        let mut count = 0;
        for value in values {
            batch::put_length(Self::encoded_size(value)?, sink)?;
            Self::encode(value, sink)?;
            count += 1;
        }
        Ok(count)
    }

    /// The value's bytes, in a buffer of their own.
    ///
    /// # Errors
    /// [`EncodeError::Inexpressible`] where the format cannot express the value.
    #[cfg(feature = "alloc")]
    #[inline]
    fn to_vec(value: &T) -> Result<alloc::vec::Vec<u8>, EncodeError> {
        let mut bytes = alloc::vec::Vec::with_capacity(Self::size_hint(value));
        Self::encode(value, &mut bytes)?;
        Ok(bytes)
    }
}

/// A format that can read a `T`, which may borrow from the bytes.
#[diagnostic::on_unimplemented(
    message = "`{T}` cannot be read from bytes by `{Self}`",
    label = "this format cannot read it",
    note = "derive what the format builds on for `{T}` (serde's `Serialize` and `Deserialize`; for `Protobuf` \
            `prost::Message`), or choose another codec"
)]
pub trait Decode<'de, T>: Codec {
    /// The value that these bytes are. All bytes have to be used.
    ///
    /// # Errors
    /// [`DecodeError`] where they are not such a value, or more than one.
    fn decode(bytes: &'de [u8]) -> Result<T, DecodeError>;

    /// What the type is made of, as a number, so that other fields are not read as these: envelopes and stored rows carry
    /// it. Zero where the format says it in its bytes, or does not know. A format of one's own that is built on serde and
    /// writes no names answers with that of `catga::codec::outline`.
    #[inline]
    fn outline() -> u32 {
        0
    }

    /// The value whose bytes come in pieces. Where one piece has them all, nothing is copied; else they are put
    /// together in `scratch`, as a value can borrow from contiguous bytes alone.
    ///
    /// # Errors
    /// [`DecodeError::Scratch`] with the size needed where `scratch` is too small, and those of
    /// [`decode`](Self::decode).
    #[inline]
    fn decode_segments<I>(segments: I, scratch: &'de mut [u8]) -> Result<T, DecodeError>
    where
        I: IntoIterator<Item = &'de [u8]>,
    {
        Self::decode(segments::join(segments, scratch)?)
    }

    /// The values of a batch, one by one as they are asked for.
    #[inline]
    fn decode_batch(bytes: &'de [u8]) -> Batch<'de, Self, T>
    where
        Self: Sized,
    {
        Batch::new(bytes)
    }
}
