use core::time::Duration;

use super::cursor::Cursor;
use super::flags::{Causation, Flags};
use super::limits::{FIXED, FORMAT};
use super::{CompressionId, Envelope, EnvelopeError, Field, Fingerprint, Headers, Kind, TraceContext, WireKey};
use crate::codec::CodecId;
use crate::id::Id;

/// The envelope that these bytes are.
#[inline]
pub(super) fn envelope(bytes: &[u8]) -> Result<Envelope<'_>, EnvelopeError> {
    // Before the length: another format may be shorter.
    match bytes.first() {
        Some(&FORMAT) => {}
        Some(&found) => return Err(EnvelopeError::Format { found }),
        None => return Err(EnvelopeError::Truncated { field: Field::Fixed }),
    }
    let mut cursor = Cursor { rest: bytes };
    let (mut envelope, flags) = fixed(cursor.array(Field::Fixed)?)?;
    if flags.has(Flags::SCHEMA) {
        envelope.schema = Fingerprint(u32::from_le_bytes(*cursor.array(Field::Schema)?));
    }
    if flags.has(Flags::VERSION) {
        envelope.version = cursor.varint(Field::Version)?;
    }
    if flags.has(Flags::CORRELATION) {
        envelope.correlation = id(&mut cursor, Field::Correlation)?;
    }
    envelope.causation = match flags.causation() {
        Causation::Nil => Id::NIL,
        Causation::Id => envelope.id,
        Causation::Correlation => envelope.correlation,
        Causation::Written => id(&mut cursor, Field::Causation)?,
    };
    if flags.has(Flags::BUDGET) {
        let ms = u32::from_le_bytes(*cursor.array(Field::Budget)?);
        envelope.budget = Some(Duration::from_millis(ms.into()));
    }
    if flags.has(Flags::COMPRESSION) {
        envelope.compression = CompressionId(cursor.byte(Field::Compression)?);
    }
    if flags.has(Flags::TRACE) {
        let trace = TraceContext::of_bytes(cursor.array(Field::Trace)?);
        envelope.trace = Some(trace.map_err(|_| EnvelopeError::Malformed { field: Field::Trace })?);
    }
    if flags.has(Flags::ORDERING) {
        let length = cursor.byte(Field::Ordering)?;
        envelope.ordering = Some(cursor.take(length.into(), Field::Ordering)?);
    }
    if flags.has(Flags::HEADERS) {
        envelope.headers = Headers::decode(&mut cursor)?;
    }
    envelope.body = cursor.rest;
    // What takes no bytes may not be written out either.
    match Flags::of(&envelope).0 ^ flags.0 {
        0 => Ok(envelope),
        other => Err(EnvelopeError::Malformed { field: Flags(other).first() }),
    }
}

/// What each envelope has.
#[inline]
fn fixed<'a>(bytes: &[u8; FIXED]) -> Result<(Envelope<'a>, Flags), EnvelopeError> {
    let [_, kind, f0, f1, a0, a1, a2, a3, i0, i1, i2, i3, i4, i5, i6, i7, k0, k1, k2, k3, k4, k5, k6, k7, codec] =
        *bytes;
    let flags = Flags::checked(u16::from_le_bytes([f0, f1]))?;
    let kind = Kind::of_number(kind).ok_or(EnvelopeError::Kind { found: kind })?;
    let id = Id::new(u64::from_le_bytes([i0, i1, i2, i3, i4, i5, i6, i7]));
    let key = WireKey(u64::from_le_bytes([k0, k1, k2, k3, k4, k5, k6, k7]));
    let mut envelope = Envelope::new(kind, id, key, CodecId(codec));
    envelope.qos = flags.qos()?;
    envelope.attempt = u32::from_le_bytes([a0, a1, a2, a3]);
    if envelope.attempt == 0 {
        return Err(EnvelopeError::Malformed { field: Field::Attempt });
    }
    Ok((envelope, flags))
}

#[inline]
fn id(cursor: &mut Cursor<'_>, field: Field) -> Result<Id, EnvelopeError> {
    Ok(Id::new(u64::from_le_bytes(*cursor.array(field)?)))
}
