//! Answers in bytes: an envelope of the kind `Reply` with the reply, or of the kind `Failure` with a
//! number that says what failed, and what belongs to it.

use core::time::Duration;

use super::text::{Reader, put, put_text};
use super::{Arrived, Brings, Carries as _, Former as _, Outlet, Press, WireError};
use alloc::boxed::Box;
use alloc::vec::Vec;

use crate::buffer::Sink;
use crate::codec::compression::Compresses as _;
use crate::codec::{CodecId, DecodeError, EncodeError};
use crate::contract::Includes;
use crate::envelope::{Envelope, Kind};
use crate::error::{Class, Classify, Denial, Error, Failure, FieldPath, Panic, Segment, Text, Violation, Violations};
use crate::message::Message;

// Numbers on the wire: they never change.
const HANDLER: u8 = 1;
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

/// What comes back for `M`: its reply, or a row.
pub(crate) type AnswerOf<M, C> = <<C as Includes<M>>::Way as Brings<M>>::Answer;

/// The answer's header: that of its message, with another kind.
fn head<'a>(request: &Envelope<'_>, kind: Kind) -> Envelope<'a> {
    let mut head = Envelope::new(kind, request.id, request.key, request.codec);
    head.version = request.version;
    head
}

/// The same of what is made of what the contract says. That is what the message said, or it had not been read: its
/// number is of its reply and its error too.
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
pub(super) fn write_own<M, C, S, X>(arrived: &Arrived<'_, X>, error: M::Error, sink: &mut S) -> Result<(), WireError>
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
    let nothing = Envelope::new(Kind::Failure, crate::id::Id::NIL, crate::envelope::WireKey::NONE, CodecId(0));
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
            let millis = retry_after.map_or(u64::MAX, |after| u64::try_from(after.as_millis()).unwrap_or(u64::MAX - 1));
            put(&[UNAVAILABLE], sink)?;
            put(&millis.to_le_bytes(), sink)
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
    put_text(error.code(), sink)?;
    put_text(&alloc::string::ToString::to_string(error), sink)
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
        UNAVAILABLE => match u64::from_le_bytes(reader.bytes()?) {
            u64::MAX => Error::Unavailable { retry_after: None },
            millis => Error::Unavailable { retry_after: Some(Duration::from_millis(millis)) },
        },
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

/// A failure of which the type stayed there: its class, and its code and its text as the source.
fn reason(reader: &mut Reader<'_>, code: &'static str) -> Result<Failure, DecodeError> {
    let class = match reader.byte()? {
        0 => Class::Transient,
        1 => Class::Permanent,
        2 => Class::Conflict,
        3 => Class::Unknown,
        _ => return Err(Reader::malformed()),
    };
    let (theirs, text) = (reader.text()?, reader.text()?);
    let text = if theirs == text { text } else { alloc::format!("{theirs}: {text}") };
    Ok(Failure::with_source(code, class, text))
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
        let segments = (0..depth).map(segment).collect::<Result<alloc::vec::Vec<Segment>, DecodeError>>()?;
        Ok(Violation { path: FieldPath::of(segments), rule: reader.text()?.into() })
    };
    let found = (0..count).map(violation).collect::<Result<alloc::vec::Vec<Violation>, DecodeError>>()?;
    Ok(Violations::of(found))
}
