use core::ops::Range;
use core::time::Duration;

use super::cursor::put_varint;
use super::flags::{Causation, Flags};
use super::headers::at_most;
use super::limits::{FIXED, FORMAT, MAX_ORDERING};
use super::{Envelope, EnvelopeError, Field, Kind, WireKey};
use crate::buffer::Sink;
use crate::codec::CodecId;
use crate::id::Id;

/// Where the attempt stands.
pub(super) const ATTEMPT: Range<usize> = 4..8;

/// Appends an envelope's header.
#[inline]
pub(super) fn head(envelope: &Envelope<'_>, sink: &mut impl Sink) -> Result<(), EnvelopeError> {
    if let Some(ordering) = envelope.ordering {
        at_most(ordering.len(), MAX_ORDERING, Field::Ordering)?;
    }
    if !envelope.headers.is_empty() {
        envelope.headers.check()?;
    }
    if envelope.attempt == 0 {
        return Err(EnvelopeError::Malformed { field: Field::Attempt });
    }
    let flags = Flags::of(envelope);
    sink.reserve(FIXED + size_of::<u32>() + envelope.body.len());
    sink.put(&fixed(envelope, flags))?;
    if flags.has(Flags::SCHEMA) {
        sink.put(&envelope.schema.0.to_le_bytes())?;
    }
    if flags.has(Flags::VERSION) {
        put_varint(envelope.version, sink)?;
    }
    if flags.has(Flags::CORRELATION) {
        sink.put(&envelope.correlation.get().to_le_bytes())?;
    }
    if flags.causation() == Causation::Written {
        sink.put(&envelope.causation.get().to_le_bytes())?;
    }
    if let Some(budget) = envelope.budget {
        sink.put(&milliseconds(budget).to_le_bytes())?;
    }
    if let Some(sent) = envelope.sent {
        sink.put(&sent.to_le_bytes())?;
    }
    if flags.has(Flags::COMPRESSION) {
        sink.put(&[envelope.compression.0])?;
    }
    if let Some(trace) = envelope.trace {
        sink.put(&trace.to_bytes())?;
    }
    if let Some(ordering) = envelope.ordering {
        sink.put(&[ordering.len() as u8])?;
        sink.put(ordering)?;
    }
    if flags.has(Flags::HEADERS) {
        envelope.headers.encode(sink)?;
    }
    Ok(())
}

/// Appends the header of an answer to a message of version 1, about which nothing more is said than what both are made
/// of.
#[cfg(feature = "wire")]
#[inline(always)]
pub(super) fn answer(kind: Kind, request: &Envelope<'_>, sink: &mut impl Sink) -> Result<(), EnvelopeError> {
    const SCHEMA: usize = size_of::<u32>();
    let Envelope { id, key, codec, schema, .. } = *request;
    if schema.is_unknown() {
        return Ok(sink.put(&bytes(kind, Flags(0), 1, id, key, codec))?);
    }
    let mut head = [0; FIXED + SCHEMA];
    head[..FIXED].copy_from_slice(&bytes(kind, Flags(Flags::SCHEMA), 1, id, key, codec));
    head[FIXED..].copy_from_slice(&schema.0.to_le_bytes());
    Ok(sink.put(&head)?)
}

/// What each envelope has, at fixed places.
#[inline]
fn fixed(envelope: &Envelope<'_>, flags: Flags) -> [u8; FIXED] {
    let Envelope { kind, attempt, id, key, codec, .. } = *envelope;
    bytes(kind, flags, attempt, id, key, codec)
}

#[inline]
fn bytes(kind: Kind, flags: Flags, attempt: u32, id: Id, key: WireKey, codec: CodecId) -> [u8; FIXED] {
    let mut bytes = [0; FIXED];
    bytes[0] = FORMAT;
    bytes[1] = kind as u8;
    bytes[2..4].copy_from_slice(&flags.0.to_le_bytes());
    bytes[ATTEMPT].copy_from_slice(&attempt.to_le_bytes());
    bytes[8..16].copy_from_slice(&id.get().to_le_bytes());
    bytes[16..24].copy_from_slice(&key.0.to_le_bytes());
    bytes[24] = codec.0;
    bytes
}

/// A longer budget than can be said is still long.
#[inline]
fn milliseconds(budget: Duration) -> u32 {
    u32::try_from(budget.as_millis()).unwrap_or(u32::MAX)
}
