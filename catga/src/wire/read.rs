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
    #[cfg(feature = "store")]
    if arrived.roll.is_some() {
        return read_stored::<M, C, X>(arrived);
    }
    read_arrived::<M, C, X>(arrived)
}

/// One that was stored by this program, or by another release of it.
#[cfg(feature = "store")]
#[inline(never)]
fn read_stored<M, C, X>(arrived: &Arrived<'_, X>) -> Result<M, Box<WireError>>
where
    M: Message,
    C: Includes<M>,
{
    check_outline::<M, C>(arrived.envelope)?;
    // It is no fingerprint of a contract.
    let envelope = Envelope { schema: Fingerprint::UNKNOWN, ..*arrived.envelope };
    read_arrived::<M, C, X>(&Arrived { envelope: &envelope, ..*arrived })
}

/// What a message is made of, as it is stored with it: by the codec, where its bytes do not say it.
#[cfg(feature = "store")]
pub(crate) fn outline_of<M: Message, C: Includes<M>>() -> Fingerprint {
    Fingerprint(if C::Codec::NAMED { 0 } else { C::Codec::outline() })
}

/// A format without names reads other fields as these, silently.
#[cfg(feature = "store")]
fn check_outline<M: Message, C: Includes<M>>(envelope: &Envelope<'_>) -> Result<(), Box<WireError>> {
    let found = envelope.schema;
    if C::Codec::NAMED || found.is_unknown() || envelope.codec != C::Codec::ID {
        return Ok(());
    }
    let is_this = envelope.version == M::INFO.version;
    let served = if is_this { C::Codec::outline() } else { C::Former::outline(envelope.version) };
    let served = Fingerprint(served);
    if served.is_unknown() || served == found {
        return Ok(());
    }
    Err(Box::new(WireError::WrongSchema { message: M::INFO.name, found, served }))
}

#[inline]
fn read_arrived<M, C, X>(arrived: &Arrived<'_, X>) -> Result<M, Box<WireError>>
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
