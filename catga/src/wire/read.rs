use alloc::boxed::Box;

use super::{Arrived, Brings, Carries, Former, Press, WireError};
use crate::codec::{Codec as _, DecodeError};
use crate::contract::Includes;
use crate::envelope::{Envelope, Fingerprint, Kind};
use crate::message::Message;

/// The message that has arrived.
#[inline]
pub(super) fn read<M, C, X>(arrived: &Arrived<'_, X>) -> Result<M, Box<WireError>>
where
    M: Message,
    C: Includes<M>,
{
    // One type of result for both, so that it is made where it is answered, and not copied there.
    if is_plain::<M, C>(arrived.envelope) {
        decode::<M, C::Way, C::Codec>(arrived.envelope.body)
    } else {
        read_other::<M, C, X>(arrived)
    }
}

/// Whether it is what most are: its body is the message of this version as it is.
#[inline]
fn is_plain<M: Message, C: Includes<M>>(envelope: &Envelope<'_>) -> bool {
    envelope.compression.is_none() && is_served::<M, C>(envelope) && envelope.version == M::INFO.version
}

/// Whether an envelope carries what it is served as, in whichever version.
#[inline]
fn is_served<M: Message, C: Includes<M>>(envelope: &Envelope<'_>) -> bool {
    envelope.kind == const { Kind::of::<M::Kind>() }
        && envelope.codec == C::Codec::ID
        && check_schema::<M, C>(envelope).is_ok()
}

/// The message that a body is. A call, so that it is made where it is answered, and not copied there; the same one for
/// all contracts, so that reading the message is no call besides.
#[inline(never)]
fn decode<M: Message, W: Brings<M>, C: Carries<M, W>>(body: &[u8]) -> Result<M, Box<WireError>> {
    C::decode(body).map_err(|error| undecodable(M::INFO.name, error))
}

/// One that is compressed, of another version, or none.
#[cold]
#[inline(never)]
fn read_other<M, C, X>(arrived: &Arrived<'_, X>) -> Result<M, Box<WireError>>
where
    M: Message,
    C: Includes<M>,
{
    let envelope = arrived.envelope;
    if envelope.compression.is_none() { decode_any::<M, C>(envelope) } else { expand::<M, C, X>(arrived) }
}

/// The message that an envelope carries in fewer bytes.
fn expand<M, C, X>(arrived: &Arrived<'_, X>) -> Result<M, Box<WireError>>
where
    M: Message,
    C: Includes<M>,
{
    let works = Press::expand(arrived.press, M::INFO.name, arrived.envelope)?;
    let read = decode_any::<M, C>(&works.plain(arrived.envelope));
    Press::give(arrived.press, works);
    read
}

/// The message that an envelope carries as it is, of whichever version.
fn decode_any<M, C>(envelope: &Envelope<'_>) -> Result<M, Box<WireError>>
where
    M: Message,
    C: Includes<M>,
{
    if !is_served::<M, C>(envelope) {
        return Err(mistaken::<M, C>(envelope));
    }
    if envelope.version == M::INFO.version {
        return decode::<M, C::Way, C::Codec>(envelope.body);
    }
    let read = C::Former::read(envelope.version, envelope.body).ok_or_else(|| wrong_version::<M>(envelope))?;
    read.map_err(|error| undecodable(M::INFO.name, error))
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

/// A format without names reads other fields as these, silently. What is not known is not compared.
#[inline]
pub(crate) fn check_schema<M: Message, C: Includes<M>>(envelope: &Envelope<'_>) -> Result<(), WireError> {
    if const { C::Codec::NAMED || C::SCHEMA.is_unknown() } || envelope.schema.is_unknown() {
        return Ok(());
    }
    let served = schema_of::<M, C>(envelope.version);
    if served.is_unknown() || envelope.schema == served {
        return Ok(());
    }
    Err(WireError::WrongSchema { message: M::INFO.name, found: envelope.schema, served })
}

/// What a version of the message is made of, as far as that is known.
#[inline]
pub(super) fn schema_of<M: Message, C: Includes<M>>(version: u32) -> Fingerprint {
    if version == M::INFO.version {
        return C::SCHEMA;
    }
    let former = C::SHAPE.and_then(|shape| shape.of(version));
    former.map_or(Fingerprint::UNKNOWN, |shape| shape.fingerprint)
}

#[cold]
fn wrong_version<M: Message>(envelope: &Envelope<'_>) -> Box<WireError> {
    let message = M::INFO.name;
    Box::new(WireError::WrongVersion { message, found: envelope.version, served: M::INFO.version })
}
