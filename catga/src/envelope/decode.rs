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
    let fixed = Fixed::of(cursor.array(Field::Fixed)?)?;
    let (id, flags) = (fixed.id, fixed.flags);
    let schema = if flags.has(Flags::SCHEMA) { schema(&mut cursor)? } else { Fingerprint::UNKNOWN };
    let version = if flags.has(Flags::VERSION) { version(&mut cursor)? } else { 1 };
    let correlation = if flags.has(Flags::CORRELATION) { correlation(&mut cursor, id)? } else { id };
    let causation = match flags.causation() {
        Causation::Nil => Id::NIL,
        other => causation(&mut cursor, other, id, correlation)?,
    };
    let budget = if flags.has(Flags::BUDGET) { Some(budget(&mut cursor)?) } else { None };
    let sent = if flags.has(Flags::SENT) { Some(sent(&mut cursor)?) } else { None };
    let compression = if flags.has(Flags::COMPRESSION) { compression(&mut cursor)? } else { CompressionId::NONE };
    let trace = if flags.has(Flags::TRACE) { Some(trace(&mut cursor)?) } else { None };
    let ordering = if flags.has(Flags::ORDERING) { Some(ordering(&mut cursor)?) } else { None };
    let headers = if flags.has(Flags::HEADERS) { Headers::decode(&mut cursor)? } else { Headers::NONE };
    Ok(Envelope {
        kind: fixed.kind,
        id,
        correlation,
        causation,
        key: fixed.key,
        version,
        schema,
        qos: flags.qos()?,
        budget,
        sent,
        attempt: fixed.attempt,
        ordering,
        trace,
        codec: fixed.codec,
        compression,
        headers,
        body: cursor.rest,
    })
}

/// What each envelope has.
struct Fixed {
    kind: Kind,
    flags: Flags,
    attempt: u32,
    id: Id,
    key: WireKey,
    codec: CodecId,
}

impl Fixed {
    #[inline]
    fn of(bytes: &[u8; FIXED]) -> Result<Self, EnvelopeError> {
        let [_, kind, f0, f1, a0, a1, a2, a3, i0, i1, i2, i3, i4, i5, i6, i7, k0, k1, k2, k3, k4, k5, k6, k7, codec] =
            *bytes;
        let attempt = u32::from_le_bytes([a0, a1, a2, a3]);
        let fixed = Self {
            flags: Flags::checked(u16::from_le_bytes([f0, f1]))?,
            kind: Kind::of_number(kind).ok_or(EnvelopeError::Kind { found: kind })?,
            attempt,
            id: Id::new(u64::from_le_bytes([i0, i1, i2, i3, i4, i5, i6, i7])),
            key: WireKey(u64::from_le_bytes([k0, k1, k2, k3, k4, k5, k6, k7])),
            codec: CodecId(codec),
        };
        unless(attempt == 0, fixed, Field::Attempt)
    }
}

/// A part, but where it says what its absence says: two envelopes are equal where their bytes are.
#[inline]
fn unless<T>(is_said_otherwise: bool, part: T, field: Field) -> Result<T, EnvelopeError> {
    if is_said_otherwise { Err(EnvelopeError::Malformed { field }) } else { Ok(part) }
}

#[inline]
fn schema(cursor: &mut Cursor<'_>) -> Result<Fingerprint, EnvelopeError> {
    let schema = Fingerprint(u32::from_le_bytes(*cursor.array(Field::Schema)?));
    unless(schema.is_unknown(), schema, Field::Schema)
}

#[inline]
fn version(cursor: &mut Cursor<'_>) -> Result<u32, EnvelopeError> {
    let version = cursor.varint(Field::Version)?;
    unless(version == 1, version, Field::Version)
}

#[inline]
fn correlation(cursor: &mut Cursor<'_>, id: Id) -> Result<Id, EnvelopeError> {
    let correlation = Id::new(u64::from_le_bytes(*cursor.array(Field::Correlation)?));
    unless(correlation == id, correlation, Field::Correlation)
}

#[inline]
fn causation(cursor: &mut Cursor<'_>, said: Causation, id: Id, correlation: Id) -> Result<Id, EnvelopeError> {
    let causation = match said {
        Causation::Nil => Id::NIL,
        Causation::Id => id,
        Causation::Correlation => correlation,
        Causation::Written => Id::new(u64::from_le_bytes(*cursor.array(Field::Causation)?)),
    };
    unless(Causation::of(id, correlation, causation) != said, causation, Field::Causation)
}

#[inline]
fn budget(cursor: &mut Cursor<'_>) -> Result<Duration, EnvelopeError> {
    let ms = u32::from_le_bytes(*cursor.array(Field::Budget)?);
    Ok(Duration::from_millis(ms.into()))
}

#[inline]
fn sent(cursor: &mut Cursor<'_>) -> Result<u64, EnvelopeError> {
    Ok(u64::from_le_bytes(*cursor.array(Field::Sent)?))
}

#[inline]
fn compression(cursor: &mut Cursor<'_>) -> Result<CompressionId, EnvelopeError> {
    let compression = CompressionId(cursor.byte(Field::Compression)?);
    unless(compression.is_none(), compression, Field::Compression)
}

#[inline]
fn trace(cursor: &mut Cursor<'_>) -> Result<TraceContext, EnvelopeError> {
    let trace = TraceContext::of_bytes(cursor.array(Field::Trace)?);
    trace.map_err(|_| EnvelopeError::Malformed { field: Field::Trace })
}

#[inline]
fn ordering<'a>(cursor: &mut Cursor<'a>) -> Result<&'a [u8], EnvelopeError> {
    let length = cursor.byte(Field::Ordering)?;
    cursor.take(length.into(), Field::Ordering)
}
