use alloc::vec::Vec;

use super::{Brings, Carries, Outline};
use crate::buffer::Sink;
use crate::codec::{DecodeError, EncodeError};
use crate::message::{First, Message, OnWire};

/// What came before a message: the versions that it is read from, and answered in.
///
/// `#[command(version = 2, upcasts = ChargeCardV1)]` names the one before; it becomes this one by `From`,
/// and the answer becomes its answer by `From`.
#[diagnostic::on_unimplemented(
    message = "CATGA096: `{Self}` does not become `{M}`",
    label = "the version before it",
    note = "write `impl From<{Self}> for {M}`; where reply or error are others too, `From` the other way for those"
)]
pub trait Former<M: Message, W: Brings<M>, C> {
    /// Whether it knows this version.
    fn has(version: u32) -> bool;

    /// Reads bytes of that version; `None` where it does not know it.
    fn read(version: u32, bytes: &[u8]) -> Option<Result<M, DecodeError>>
    where
        C: Carries<M, W>;

    /// Adds what each version is made of, where the format does not say it.
    #[doc(hidden)]
    fn outlines(known: &mut Vec<(u32, Outline)>)
    where
        C: Carries<M, W>;

    /// Writes an answer as that version's.
    ///
    /// # Errors
    /// [`EncodeError`] where the sink is full, or the version is not known.
    fn answer<S: Sink>(version: u32, answer: W::Answer, sink: &mut S) -> Result<(), EncodeError>
    where
        C: Carries<M, W>;

    /// Writes the handler's own error as that version's.
    ///
    /// # Errors
    /// As [`answer`](Self::answer).
    fn error<S: Sink>(version: u32, error: M::Error, sink: &mut S) -> Result<(), EncodeError>
    where
        C: Carries<M, W>;
}

#[diagnostic::do_not_recommend]
impl<M: Message, W: Brings<M>, C> Former<M, W, C> for First {
    fn has(_: u32) -> bool {
        false
    }

    fn read(_: u32, _: &[u8]) -> Option<Result<M, DecodeError>>
    where
        C: Carries<M, W>,
    {
        None
    }

    fn outlines(_: &mut Vec<(u32, Outline)>)
    where
        C: Carries<M, W>,
    {
    }

    fn answer<S: Sink>(_: u32, _: W::Answer, _: &mut S) -> Result<(), EncodeError>
    where
        C: Carries<M, W>,
    {
        Err(EncodeError::Inexpressible { codec: C::NAME })
    }

    fn error<S: Sink>(_: u32, _: M::Error, _: &mut S) -> Result<(), EncodeError>
    where
        C: Carries<M, W>,
    {
        Err(EncodeError::Inexpressible { codec: C::NAME })
    }
}

type Before<F> = <<F as Message>::Wire as OnWire>::Former;

#[diagnostic::do_not_recommend]
impl<M, F, W, C> Former<M, W, C> for F
where
    M: Message,
    F: Message + Into<M>,
    W: Brings<M> + Brings<F, Answer: From<<W as Brings<M>>::Answer>>,
    C: Carries<M, W> + Carries<F, W>,
    F::Error: From<M::Error>,
    Before<F>: Former<F, W, C>,
{
    fn has(version: u32) -> bool {
        version == F::INFO.version || Before::<F>::has(version)
    }

    fn read(version: u32, bytes: &[u8]) -> Option<Result<M, DecodeError>> {
        let read = if version == F::INFO.version {
            <C as Carries<F, W>>::decode(bytes)
        } else {
            Before::<F>::read(version, bytes)?
        };
        Some(read.map(Into::into))
    }

    fn outlines(known: &mut Vec<(u32, Outline)>) {
        known.push((F::INFO.version, Outline::of::<F, W, C>()));
        Before::<F>::outlines(known);
    }

    fn answer<S: Sink>(version: u32, answer: <W as Brings<M>>::Answer, sink: &mut S) -> Result<(), EncodeError> {
        let answer: <W as Brings<F>>::Answer = answer.into();
        if version == F::INFO.version {
            <C as Carries<F, W>>::encode_answer(&answer, sink)
        } else {
            Before::<F>::answer(version, answer, sink)
        }
    }

    fn error<S: Sink>(version: u32, error: M::Error, sink: &mut S) -> Result<(), EncodeError> {
        let error = error.into();
        if version == F::INFO.version {
            <C as Carries<F, W>>::encode_error(&error, sink)
        } else {
            Before::<F>::error(version, error, sink)
        }
    }
}
