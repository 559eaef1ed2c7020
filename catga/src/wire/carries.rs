use super::{Asked, Brings, Rowed, Told};
use crate::buffer::Sink;
use crate::codec::{Codec, Decode, DecodeError, Encode, EncodeError};
use crate::message::{Faultless, Faulty, Message, OnWire, Rows};

/// A codec that carries `M` there and its answer back, in the way `W`.
#[diagnostic::on_unimplemented(
    message = "CATGA092: `{M}` cannot cross a wire in `{Self}`",
    label = "it, its reply or its error has no bytes",
    note = "add `#[derive(Serialize, Deserialize)]` (serde) to `{M}`, to its reply and to its error, or choose another codec: `#[command(codec = ..)]`"
)]
pub trait Carries<M: Message, W: Brings<M>>: Codec {
    /// Appends the message.
    ///
    /// # Errors
    /// As [`Encode::encode`].
    fn encode<S: Sink>(message: &M, sink: &mut S) -> Result<(), EncodeError>;

    /// Reads the message.
    ///
    /// # Errors
    /// As [`Decode::decode`].
    fn decode(bytes: &[u8]) -> Result<M, DecodeError>;

    /// What the message is made of, where the format does not say it: see [`Decode::outline`]. A walk.
    fn outline() -> u32;

    /// Appends what comes back.
    ///
    /// # Errors
    /// As [`Encode::encode`].
    fn encode_answer<S: Sink>(answer: &W::Answer, sink: &mut S) -> Result<(), EncodeError>;

    /// Reads what comes back.
    ///
    /// # Errors
    /// As [`Decode::decode`].
    fn decode_answer(bytes: &[u8]) -> Result<W::Answer, DecodeError>;

    /// What comes back is made of; zero where nothing does.
    fn answer_outline() -> u32;

    /// Appends the handler's own error.
    ///
    /// # Errors
    /// As [`Encode::encode`].
    fn encode_error<S: Sink>(error: &M::Error, sink: &mut S) -> Result<(), EncodeError>;

    /// Reads the handler's own error.
    ///
    /// # Errors
    /// As [`Decode::decode`].
    fn decode_error(bytes: &[u8]) -> Result<M::Error, DecodeError>;

    /// What the handler's own error is made of; zero where there is none.
    fn error_outline() -> u32;
}

macro_rules! there {
    () => {
        #[inline]
        fn encode<S: Sink>(message: &M, sink: &mut S) -> Result<(), EncodeError> {
            <C as Encode<M>>::encode(message, sink)
        }

        #[inline]
        fn decode(bytes: &[u8]) -> Result<M, DecodeError> {
            <C as Decode<'_, M>>::decode(bytes)
        }

        fn outline() -> u32 {
            <C as Decode<'_, M>>::outline()
        }
    };
}

macro_rules! back {
    ($answer:ty) => {
        #[inline]
        fn encode_answer<S: Sink>(answer: &$answer, sink: &mut S) -> Result<(), EncodeError> {
            <C as Encode<$answer>>::encode(answer, sink)
        }

        #[inline]
        fn decode_answer(bytes: &[u8]) -> Result<$answer, DecodeError> {
            <C as Decode<'_, $answer>>::decode(bytes)
        }

        fn answer_outline() -> u32 {
            <C as Decode<'_, $answer>>::outline()
        }

        #[inline]
        fn encode_error<S: Sink>(error: &M::Error, sink: &mut S) -> Result<(), EncodeError> {
            <FaultOf<M> as Fails<C, M::Error>>::encode(error, sink)
        }

        #[inline]
        fn decode_error(bytes: &[u8]) -> Result<M::Error, DecodeError> {
            <FaultOf<M> as Fails<C, M::Error>>::decode(bytes)
        }

        fn error_outline() -> u32 {
            <FaultOf<M> as Fails<C, M::Error>>::outline()
        }
    };
}

type FaultOf<M> = <<M as Message>::Wire as OnWire>::Fault;

#[diagnostic::do_not_recommend]
impl<M, C> Carries<M, Asked> for C
where
    M: Message<Wire: OnWire<Fault: Fails<C, M::Error>>>,
    C: Encode<M> + for<'de> Decode<'de, M> + Encode<M::Reply> + for<'de> Decode<'de, M::Reply>,
{
    there!();
    back!(M::Reply);
}

#[diagnostic::do_not_recommend]
impl<M, C> Carries<M, Rowed> for C
where
    M: Rows + Message<Wire: OnWire<Fault: Fails<C, M::Error>>>,
    C: Encode<M> + for<'de> Decode<'de, M> + Encode<M::Row> + for<'de> Decode<'de, M::Row>,
{
    there!();
    back!(M::Row);
}

/// An event's handlers answer nobody.
#[diagnostic::do_not_recommend]
impl<M: Message, C: Encode<M> + for<'de> Decode<'de, M>> Carries<M, Told> for C {
    there!();

    fn encode_answer<S: Sink>(_: &(), _: &mut S) -> Result<(), EncodeError> {
        Ok(())
    }

    fn decode_answer(bytes: &[u8]) -> Result<(), DecodeError> {
        if bytes.is_empty() { Ok(()) } else { Err(DecodeError::Trailing { bytes: bytes.len() }) }
    }

    fn answer_outline() -> u32 {
        0
    }

    fn encode_error<S: Sink>(_: &M::Error, _: &mut S) -> Result<(), EncodeError> {
        Err(EncodeError::Inexpressible { codec: C::NAME })
    }

    fn decode_error(_: &[u8]) -> Result<M::Error, DecodeError> {
        Err(DecodeError::Malformed { codec: C::NAME })
    }

    fn error_outline() -> u32 {
        0
    }
}

/// Whether a handler's own error crosses, by what its message says of itself.
pub trait Fails<C, E> {
    /// Appends the error.
    ///
    /// # Errors
    /// As [`Encode::encode`].
    fn encode<S: Sink>(error: &E, sink: &mut S) -> Result<(), EncodeError>;

    /// Reads the error.
    ///
    /// # Errors
    /// As [`Decode::decode`].
    fn decode(bytes: &[u8]) -> Result<E, DecodeError>;

    /// What it is made of; zero where there is none.
    fn outline() -> u32;
}

/// There is none, so no bytes are one.
impl<C: Codec, E> Fails<C, E> for Faultless {
    fn encode<S: Sink>(_: &E, _: &mut S) -> Result<(), EncodeError> {
        Err(EncodeError::Inexpressible { codec: C::NAME })
    }

    fn decode(_: &[u8]) -> Result<E, DecodeError> {
        Err(DecodeError::Malformed { codec: C::NAME })
    }

    fn outline() -> u32 {
        0
    }
}

#[diagnostic::do_not_recommend]
impl<E, C: Encode<E> + for<'de> Decode<'de, E>> Fails<C, E> for Faulty {
    #[inline]
    fn encode<S: Sink>(error: &E, sink: &mut S) -> Result<(), EncodeError> {
        C::encode(error, sink)
    }

    #[inline]
    fn decode(bytes: &[u8]) -> Result<E, DecodeError> {
        C::decode(bytes)
    }

    fn outline() -> u32 {
        <C as Decode<'_, E>>::outline()
    }
}
