//! Failures in bytes: an envelope of the kind `Failure` with a number that says what failed, and what belongs to it.

use core::time::Duration;

use alloc::vec::Vec;

use super::text::{Reader, put, put_text};
use super::{WireError, codes};
use crate::buffer::Sink;
use crate::codec::{CodecId, DecodeError, EncodeError};
use crate::envelope::{Envelope, Kind, WireKey};
use crate::error::{Class, Classify, Denial, Error, Failure, FieldPath, Panic, Segment, Text, Violation, Violations};
use crate::id::Id;

// Numbers on the wire: they never change.
pub(super) const HANDLER: u8 = 1;
const INVALID: u8 = 2;
const TIMEOUT: u8 = 3;
const CANCELLED: u8 = 4;
const UNAVAILABLE: u8 = 5;
const DENIED: u8 = 6;
const REFUSED: u8 = 7;
const PANICKED: u8 = 8;
const TRANSPORT: u8 = 9;
const REJECTED: u8 = 10;

/// How many violations cross.
const VIOLATIONS: usize = 256;

/// An answer's header: that of its message, with another kind.
pub(super) fn head<'a>(request: &Envelope<'_>, kind: Kind) -> Envelope<'a> {
    let mut head = Envelope::new(kind, request.id, request.key, request.codec);
    head.version = request.version;
    head
}

/// Whatever is not the handler's own error.
#[cold]
pub(crate) fn write_failure<E: Classify>(
    request: &Envelope<'_>,
    error: &Error<E>,
    sink: &mut impl Sink,
) -> Result<(), WireError> {
    head(request, Kind::Failure).encode_head(sink)?;
    put_failure(error, sink).map_err(|error| WireError::Unencodable { message: "failure", error })
}

/// That it was not dispatched.
#[cold]
pub(super) fn write_rejection(
    request: Option<&Envelope<'_>>,
    error: &WireError,
    sink: &mut impl Sink,
) -> Result<(), WireError> {
    let nothing = Envelope::new(Kind::Failure, Id::NIL, WireKey::NONE, CodecId(0));
    let head = request.map_or(nothing, |request| head(request, Kind::Failure));
    head.encode_head(sink)?;
    put(&[REJECTED, error.number()], sink).map_err(|error| WireError::Unencodable { message: "failure", error })
}

fn put_failure<E: Classify>(error: &Error<E>, sink: &mut impl Sink) -> Result<(), EncodeError> {
    match error {
        // By its own bytes where it has some; here it is told apart no more.
        Error::Handler(error) => put_reason(REFUSED, error, sink),
        Error::Invalid(violations) => put_violations(violations, sink),
        Error::Timeout => put(&[TIMEOUT], sink),
        Error::Cancelled => put(&[CANCELLED], sink),
        Error::Unavailable { retry_after } => {
            put(&[UNAVAILABLE], sink)?;
            put_after(*retry_after, sink)
        }
        // The caller is told that it was denied, and no more.
        Error::Denied(_) => put(&[DENIED], sink),
        Error::Refused(failure) => put_reason(REFUSED, failure, sink),
        Error::Panicked(panic) => {
            put(&[PANICKED], sink)?;
            put_text(panic.message(), sink)
        }
        Error::Transport(failure) => put_reason(TRANSPORT, failure, sink),
    }
}

fn put_reason<E: Classify>(what: u8, error: &E, sink: &mut impl Sink) -> Result<(), EncodeError> {
    let class = match error.class() {
        Class::Transient => 0,
        Class::Permanent => 1,
        Class::Conflict => 2,
        Class::Unknown => 3,
    };
    put(&[what, class], sink)?;
    put_after(error.retry_after(), sink)?;
    put_text(error.code(), sink)?;
    put_text(&alloc::string::ToString::to_string(error), sink)
}

/// When to come again, in whole milliseconds that are never less.
fn put_after(after: Option<Duration>, sink: &mut impl Sink) -> Result<(), EncodeError> {
    let millis = |after: Duration| u64::try_from(after.as_nanos().div_ceil(1_000_000)).unwrap_or(u64::MAX);
    put(&after.map_or(u64::MAX, |after| millis(after).min(u64::MAX - 1)).to_le_bytes(), sink)
}

fn put_violations(violations: &Violations, sink: &mut impl Sink) -> Result<(), EncodeError> {
    let count = violations.iter().count().min(VIOLATIONS);
    put(&[INVALID], sink)?;
    put(&u16::try_from(count).unwrap_or(u16::MAX).to_le_bytes(), sink)?;
    for violation in violations.iter().take(count) {
        let segments = violation.path.segments();
        put(&[u8::try_from(segments.len()).unwrap_or(u8::MAX)], sink)?;
        for segment in segments {
            put_text(&segment.field, sink)?;
            let index = segment.index.map_or(u64::MAX, |index| index as u64);
            put(&index.to_le_bytes(), sink)?;
        }
        put_text(&violation.rule, sink)?;
    }
    Ok(())
}

/// What a failure says. `own` reads the handler's own error.
#[cold]
pub(crate) fn read_failure<E>(
    bytes: &[u8],
    own: impl FnOnce(&[u8]) -> Result<E, DecodeError>,
) -> Result<Error<E>, DecodeError> {
    let mut reader = Reader(bytes);
    let error = match reader.byte()? {
        HANDLER => return own(reader.0).map(Error::Handler),
        INVALID => Error::Invalid(violations(&mut reader)?),
        TIMEOUT => Error::Timeout,
        CANCELLED => Error::Cancelled,
        UNAVAILABLE => Error::Unavailable { retry_after: after(&mut reader)? },
        DENIED => Error::Denied(Denial::new()),
        REFUSED => Error::Refused(reason(&mut reader, "catga.refused")?),
        PANICKED => Error::Panicked(Panic::of(reader.text()?)),
        TRANSPORT => Error::Transport(reason(&mut reader, "catga.transport")?),
        REJECTED => Error::Transport(Failure::from_error(WireError::of_number(reader.byte()?))),
        _ => return Err(Reader::malformed()),
    };
    reader.end()?;
    Ok(error)
}

fn after(reader: &mut Reader<'_>) -> Result<Option<Duration>, DecodeError> {
    let millis = u64::from_le_bytes(reader.bytes()?);
    Ok((millis != u64::MAX).then(|| Duration::from_millis(millis)))
}

/// A failure of which the type stayed there: its class, when to come again, its text as the source, and its code where
/// that is one of the library's. Another stands before the text, and `code` in its place.
fn reason(reader: &mut Reader<'_>, code: &'static str) -> Result<Failure, DecodeError> {
    let class = match reader.byte()? {
        0 => Class::Transient,
        1 => Class::Permanent,
        2 => Class::Conflict,
        3 => Class::Unknown,
        _ => return Err(Reader::malformed()),
    };
    let (retry_after, theirs, text) = (after(reader)?, reader.text()?, reader.text()?);
    let failure = match codes::known(&theirs) {
        Some(known) if theirs == text => Failure::new(known, class),
        Some(known) => Failure::with_source(known, class, text),
        None if theirs == text => Failure::with_source(code, class, text),
        None => Failure::with_source(code, class, alloc::format!("{theirs}: {text}")),
    };
    Ok(failure.after(retry_after))
}

fn violations(reader: &mut Reader<'_>) -> Result<Violations, DecodeError> {
    let count = usize::from(u16::from_le_bytes(reader.bytes()?));
    if count > VIOLATIONS {
        return Err(Reader::malformed());
    }
    let violation = |_| {
        let depth = reader.byte()?;
        let segment = |_| {
            let field = Text::from(reader.text()?);
            let index = u64::from_le_bytes(reader.bytes()?);
            Ok(Segment { field, index: usize::try_from(index).ok().filter(|_| index != u64::MAX) })
        };
        let segments = (0..depth).map(segment).collect::<Result<Vec<Segment>, DecodeError>>()?;
        Ok(Violation { path: FieldPath::of(segments), rule: reader.text()?.into() })
    };
    let found = (0..count).map(violation).collect::<Result<Vec<Violation>, DecodeError>>()?;
    Ok(Violations::of(found))
}
