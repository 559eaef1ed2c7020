use super::{Arrived, Carries, Former, Press, WireError};
use crate::codec::Codec as _;
use crate::contract::Includes;
use crate::envelope::{Envelope, Fingerprint, Kind};
use crate::message::Message;

/// The message that has arrived.
#[inline]
pub(super) fn read<M, C, X>(arrived: &Arrived<'_, X>) -> Result<M, WireError>
where
    M: Message,
    C: Includes<M>,
{
    // The message is decoded at one place: a second would be its decoder a second time.
    let plain;
    let mut works = None;
    let mut envelope = arrived.envelope;
    if !envelope.compression.is_none() {
        plain = works.insert(Press::expand(arrived.press, M::INFO.name, envelope)?).plain(envelope);
        envelope = &plain;
    }
    let read = decode::<M, C>(envelope);
    if let Some(works) = works {
        Press::give(arrived.press, works);
    }
    read
}

/// The message that an envelope carries as it is.
#[inline]
fn decode<M, C>(envelope: &Envelope<'_>) -> Result<M, WireError>
where
    M: Message,
    C: Includes<M>,
{
    if envelope.kind != const { Kind::of::<M::Kind>() } {
        return Err(WireError::WrongKind { message: M::INFO.name, found: envelope.kind });
    }
    if envelope.codec != C::Codec::ID {
        return Err(WireError::WrongCodec { message: M::INFO.name, found: envelope.codec, served: C::Codec::NAME });
    }
    check_schema::<M, C>(envelope)?;
    let read = if envelope.version == M::INFO.version {
        C::Codec::decode(envelope.body)
    } else {
        C::Former::read(envelope.version, envelope.body).ok_or_else(|| wrong_version::<M>(envelope))?
    };
    read.map_err(|error| WireError::Undecodable { message: M::INFO.name, error })
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
fn wrong_version<M: Message>(envelope: &Envelope<'_>) -> WireError {
    WireError::WrongVersion { message: M::INFO.name, found: envelope.version, served: M::INFO.version }
}
