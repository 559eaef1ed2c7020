use alloc::boxed::Box;

use super::{Arrived, Brings, Carries, Former, Outlines, Press, WireError};
use crate::codec::{Codec as _, DecodeError};
use crate::contract::Includes;
use crate::envelope::{Envelope, Kind};
use crate::message::Message;

/// The message that has arrived.
#[inline]
pub(super) fn read<M, C, X>(arrived: &Arrived<'_, X>) -> Result<M, Box<WireError>>
where
    M: Message,
    C: Includes<M>,
{
    read_into::<M, C, X, _>(arrived, Ok, Err)
}

/// What `then` makes of the message that has arrived, or `refused` of why there is none.
///
/// Not a result of either: on its way out of that, the message would be copied more than once.
#[inline(always)]
pub(super) fn read_into<M, C, X, T>(
    arrived: &Arrived<'_, X>,
    then: impl FnOnce(M) -> T,
    refused: impl FnOnce(Box<WireError>) -> T,
) -> T
where
    M: Message,
    C: Includes<M>,
{
    if is_plain::<M, C>(arrived.envelope) {
        decode::<M, C::Way, C::Codec>(arrived.envelope.body).map_or_else(refused, then)
    } else {
        read_other::<M, C, X, T>(arrived, then, refused)
    }
}

/// Whether it is what most are: its body is the message of this version as it is, and made of what that is here.
#[inline]
fn is_plain<M: Message, C: Includes<M>>(envelope: &Envelope<'_>) -> bool {
    envelope.version == M::INFO.version
        && envelope.compression.is_none()
        && envelope.kind == const { Kind::of::<M::Kind>() }
        && envelope.codec == C::Codec::ID
        && (const { C::Codec::NAMED } || Outlines::is_own::<M, C>(envelope.schema) || envelope.schema.is_unknown())
}

/// Whether an envelope carries what it is served as, in whichever version.
fn is_served<M: Message, C: Includes<M>>(envelope: &Envelope<'_>) -> bool {
    envelope.kind == const { Kind::of::<M::Kind>() } && envelope.codec == C::Codec::ID && is_alike::<M, C>(envelope)
}

/// The message that a body is. A call, so that it is made where it is answered, and not copied there; the same one for
/// all contracts, so that reading the message is no call besides.
#[inline(never)]
fn decode<M: Message, W: Brings<M>, C: Carries<M, W>>(body: &[u8]) -> Result<M, Box<WireError>> {
    C::decode(body).map_err(|error| undecodable(M::INFO.name, error))
}

/// One that is compressed, of another version, stored for somebody who does not wait, or none.
#[cold]
#[inline(never)]
fn read_other<M, C, X, T>(
    arrived: &Arrived<'_, X>,
    then: impl FnOnce(M) -> T,
    refused: impl FnOnce(Box<WireError>) -> T,
) -> T
where
    M: Message,
    C: Includes<M>,
{
    let envelope = arrived.envelope;
    if envelope.compression.is_none() {
        return decode_any::<M, C, T>(envelope, then, refused);
    }
    let works = match Press::expand(arrived.press, M::INFO.name, envelope) {
        Ok(works) => works,
        Err(error) => return refused(error.into()),
    };
    let read = decode_any::<M, C, T>(&works.plain(envelope), then, refused);
    Press::give(arrived.press, works);
    read
}

/// The message that an envelope carries as it is, of whichever version.
fn decode_any<M, C, T>(
    envelope: &Envelope<'_>,
    then: impl FnOnce(M) -> T,
    refused: impl FnOnce(Box<WireError>) -> T,
) -> T
where
    M: Message,
    C: Includes<M>,
{
    if !is_served::<M, C>(envelope) {
        return refused(mistaken::<M, C>(envelope));
    }
    if envelope.version == M::INFO.version {
        return decode::<M, C::Way, C::Codec>(envelope.body).map_or_else(refused, then);
    }
    match C::Former::read(envelope.version, envelope.body) {
        Some(Ok(message)) => then(message),
        Some(Err(error)) => refused(undecodable(M::INFO.name, error)),
        None => refused(wrong_version::<M>(envelope)),
    }
}

/// What is wrong with the envelope: it carries something else than it is served as.
#[cold]
fn mistaken<M: Message, C: Includes<M>>(envelope: &Envelope<'_>) -> Box<WireError> {
    let message = M::INFO.name;
    Box::new(match check_schema::<M, C>(envelope) {
        _ if envelope.kind != const { Kind::of::<M::Kind>() } => WireError::WrongKind { message, found: envelope.kind },
        Err(error) if envelope.codec == C::Codec::ID => error,
        _ => WireError::WrongCodec { message, found: envelope.codec, served: C::Codec::NAME },
    })
}

#[cold]
fn undecodable(message: &'static str, error: DecodeError) -> Box<WireError> {
    Box::new(WireError::Undecodable { message, error })
}

/// Whether the message is made of what is served, as far as it is said: mostly one comparison.
#[inline]
fn is_alike<M: Message, C: Includes<M>>(envelope: &Envelope<'_>) -> bool {
    envelope.schema.is_unknown()
        || const { C::Codec::NAMED }
        || (envelope.version == M::INFO.version && Outlines::is_own::<M, C>(envelope.schema))
        || Outlines::differs::<M, C>(envelope.version, envelope.schema).is_none()
}

/// A format without names reads other fields as these, silently. What nobody says is not compared.
#[inline]
pub(crate) fn check_schema<M: Message, C: Includes<M>>(envelope: &Envelope<'_>) -> Result<(), WireError> {
    if is_alike::<M, C>(envelope) {
        return Ok(());
    }
    let found = envelope.schema;
    match Outlines::differs::<M, C>(envelope.version, found) {
        None => Ok(()),
        Some(served) => Err(WireError::WrongSchema { message: M::INFO.name, found, served }),
    }
}

#[cold]
fn wrong_version<M: Message>(envelope: &Envelope<'_>) -> Box<WireError> {
    let message = M::INFO.name;
    Box::new(WireError::WrongVersion { message, found: envelope.version, served: M::INFO.version })
}
