use super::UnreadAnswer;
use crate::codec::Codec as _;
use crate::contract::Includes;
use crate::envelope::{Envelope, Kind, WireKey};
use crate::error::Error;
use crate::id::Id;
use crate::message::Message;
use crate::wire::{AnswerOf, Brings, Carries as _, Press, WireError, check_schema, read_failure};

/// What came back for the message with this id: a reply or a row, or `None` after the last row.
#[inline]
pub(super) fn read<M, C>(bytes: &[u8], id: Id, press: &Press) -> Result<Option<AnswerOf<M, C>>, Error<M::Error>>
where
    M: Message,
    C: Includes<M>,
{
    let unread = |error| UnreadAnswer::failure(error, bytes);
    let envelope = Envelope::decode(bytes).map_err(|error| unread(error.into()))?;
    // As where it was asked, the answer is decoded at one place.
    let plain;
    let mut works = None;
    let mut envelope = &envelope;
    if !envelope.compression.is_none() {
        let expanded = Press::expand(Some(press), M::INFO.name, envelope).map_err(unread)?;
        plain = works.insert(expanded).plain(envelope);
        envelope = &plain;
    }
    let read = match envelope.kind {
        Kind::Reply | Kind::Item | Kind::End | Kind::Failure if !is_answer::<M, C>(envelope, id) => {
            Err(unread(WireError::WrongAnswer { message: M::INFO.name, found: envelope.key }))
        }
        kind if kind == const { <C::Way as Brings<M>>::KIND } => value::<M, C>(envelope).map(Some).map_err(unread),
        Kind::End => Ok(None),
        Kind::Failure => Err(failure::<M, C>(envelope).unwrap_or_else(unread)),
        found => Err(unread(WireError::WrongKind { message: M::INFO.name, found })),
    };
    if let Some(works) = works {
        Press::give(Some(press), works);
    }
    read
}

/// Whether it is the answer to the message with this id, or the end of its rows: not another's.
#[inline]
fn is_answer<M: Message, C: Includes<M>>(envelope: &Envelope<'_>, id: Id) -> bool {
    let is_it = envelope.key == C::KEY && envelope.id == id && envelope.version == M::INFO.version;
    // Who could not read the envelope that came does not know what it answers.
    is_it || (envelope.kind == Kind::Failure && envelope.id.is_nil() && envelope.key == WireKey::NONE)
}

#[inline]
fn value<M: Message, C: Includes<M>>(envelope: &Envelope<'_>) -> Result<AnswerOf<M, C>, WireError> {
    let message = M::INFO.name;
    if envelope.codec != C::Codec::ID {
        return Err(WireError::WrongCodec { message, found: envelope.codec, served: C::Codec::NAME });
    }
    check_schema::<M, C>(envelope)?;
    C::Codec::decode_answer(envelope.body).map_err(|error| WireError::Undecodable { message, error })
}

#[cold]
fn failure<M: Message, C: Includes<M>>(envelope: &Envelope<'_>) -> Result<Error<M::Error>, WireError> {
    // Only the handler's own error says what it is made of.
    check_schema::<M, C>(envelope)?;
    let read = read_failure(envelope.body, C::Codec::decode_error);
    read.map_err(|error| WireError::Undecodable { message: M::INFO.name, error })
}
