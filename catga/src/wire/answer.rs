//! Answers in bytes: an envelope of the kind `Reply` with the reply, or of the kind `Failure` with the handler's own
//! error or with [what failed](super::failure).

use alloc::boxed::Box;
use alloc::vec::Vec;

use super::failure::{HANDLER, head, write_failure};
use super::text::put;
use super::{Arrived, Brings, Carries as _, Former as _, Outlet, Press, WireError};
use crate::buffer::Sink;
use crate::codec::EncodeError;
use crate::codec::compression::Compresses as _;
use crate::contract::Includes;
use crate::envelope::{Envelope, Kind};
use crate::error::Error;
use crate::message::Message;

/// What comes back for `M`: its reply, or a row.
pub(crate) type AnswerOf<M, C> = <<C as Includes<M>>::Way as Brings<M>>::Answer;

/// The answer's header, of what is made of what the contract says. That is what the message said, or it had not been
/// read: its number is of its reply and its error too.
fn reply_head<'a>(request: &Envelope<'_>, kind: Kind) -> Envelope<'a> {
    let mut head = head(request, kind);
    head.schema = request.schema;
    head
}

/// A command's or a query's answer.
#[inline]
pub(super) fn write_answer<M, C, O, X>(
    arrived: &Arrived<'_, X>,
    outcome: Result<AnswerOf<M, C>, Error<M::Error>>,
    out: &mut O,
) -> Result<(), Box<WireError>>
where
    M: Message,
    C: Includes<M>,
    O: Outlet,
{
    match outcome {
        // Where it stands: most answers are those of this version, and are not copied again.
        Ok(ref answer) if const { C::Compression::ID.is_none() } && arrived.envelope.version == M::INFO.version => {
            arrived.envelope.encode_answer_head(Kind::Reply, out.sink()).map_err(WireError::Envelope)?;
            C::Codec::encode_answer(answer, out.sink()).map_err(|error| Box::new(unencodable::<M>(error)))
        }
        Ok(answer) => Ok(write_ok::<M, C, _, _>(arrived, Kind::Reply, answer, out.sink())?),
        Err(Error::Handler(error)) => Ok(write_own::<M, C, _, _>(arrived, error, out.sink())?),
        Err(error) => Ok(write_failure(arrived.envelope, &error, out.sink())?),
    }
}

#[cold]
fn unencodable<M: Message>(error: EncodeError) -> WireError {
    WireError::Unencodable { message: M::INFO.name, error }
}

/// A reply, or a row.
#[inline]
pub(super) fn write_ok<M, C, S, X>(
    arrived: &Arrived<'_, X>,
    kind: Kind,
    answer: AnswerOf<M, C>,
    sink: &mut S,
) -> Result<(), WireError>
where
    M: Message,
    C: Includes<M>,
    S: Sink,
{
    let request = arrived.envelope;
    if const { C::Compression::ID.is_none() } {
        request.encode_answer_head(kind, sink)?;
        let written = put_ok::<M, C, _>(request.version, answer, sink);
        return written.map_err(unencodable::<M>);
    }
    let head = reply_head(request, kind);
    let write = |sink: &mut Vec<u8>| put_ok::<M, C, _>(head.version, answer, sink);
    Press::write(arrived.press, C::Compression::ID, M::INFO.name, &head, sink, write)
}

/// As the version that was asked has it.
#[inline]
fn put_ok<M, C, S>(version: u32, answer: AnswerOf<M, C>, sink: &mut S) -> Result<(), EncodeError>
where
    M: Message,
    C: Includes<M>,
    S: Sink,
{
    if version == M::INFO.version {
        C::Codec::encode_answer(&answer, sink)
    } else {
        C::Former::answer(version, answer, sink)
    }
}

/// The handler's own error.
fn write_own<M, C, S, X>(arrived: &Arrived<'_, X>, error: M::Error, sink: &mut S) -> Result<(), WireError>
where
    M: Message,
    C: Includes<M>,
    S: Sink,
{
    let request = arrived.envelope;
    if const { C::Compression::ID.is_none() } {
        request.encode_answer_head(Kind::Failure, sink)?;
        let written = put_own::<M, C, _>(request.version, error, sink);
        return written.map_err(unencodable::<M>);
    }
    let head = reply_head(request, Kind::Failure);
    let write = |sink: &mut Vec<u8>| put_own::<M, C, _>(head.version, error, sink);
    Press::write(arrived.press, C::Compression::ID, M::INFO.name, &head, sink, write)
}

fn put_own<M, C, S>(version: u32, error: M::Error, sink: &mut S) -> Result<(), EncodeError>
where
    M: Message,
    C: Includes<M>,
    S: Sink,
{
    put(&[HANDLER], sink)?;
    if version == M::INFO.version {
        C::Codec::encode_error(&error, sink)
    } else {
        C::Former::error(version, error, sink)
    }
}
