use core::time::Duration;

use super::{CompressionId, EnvelopeError, Field, Fingerprint, Headers, Kind, TraceContext, WireKey};
use super::{decode, encode, limits};
use crate::buffer::{Counter, Sink};
use crate::codec::CodecId;
use crate::id::Id;
use crate::message::Qos;

/// A message, or a part of its answer, as it travels and as it is stored: one header, and a body that is bytes.
///
/// Decoded, it borrows all that has a length from the bytes that it was read from, and allocates nothing. It has
/// one form in bytes: what decodes, encodes to the same bytes again.
///
/// ```
/// use catga::codec::CodecId;
/// use catga::envelope::{Envelope, Headers, Kind, WireKey};
/// use catga::id::Id;
///
/// let mut envelope = Envelope::new(Kind::Command, Id::new(7), WireKey::of("PlaceOrder"), CodecId(1));
/// envelope.headers = Headers::of(&[("tenant", "acme")]);
/// envelope.body = b"body";
///
/// let mut bytes = heapless::Vec::<u8, 128>::new();
/// envelope.encode(&mut bytes)?;
///
/// let received = Envelope::decode(&bytes)?;
/// assert_eq!(received.headers.get("tenant"), Some("acme"));
/// assert_eq!(received, envelope);
/// # Ok::<(), catga::envelope::EnvelopeError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Envelope<'a> {
    /// What it carries.
    pub kind: Kind,
    /// The id of the message, the same on every attempt; of an answer, the id of what it answers.
    pub id: Id,
    /// The id that all messages of one conversation share. Equal to `id` it takes no bytes.
    pub correlation: Id,
    /// The id of the message whose handler sent this one. None ([`Id::NIL`]), or equal to `id` or to
    /// `correlation`, it takes no bytes.
    pub causation: Id,
    /// Which message it is, or answers.
    pub key: WireKey,
    /// The message's version. 1 takes no bytes.
    pub version: u32,
    /// What the message, its reply and its error are made of. Unknown, it takes no bytes.
    pub schema: Fingerprint,
    /// What the message's contract asks for.
    pub qos: Qos,
    /// What is left of the deadline, in whole milliseconds, rounded down; at most 2^32 - 1 of them (49 days), which
    /// stand for all that is longer. Never a clock's time: the two sides' clocks differ.
    pub budget: Option<Duration>,
    /// When it was written first, in milliseconds since 1970 by its sender's clock. A message of QoS 2 says it, so that
    /// an inbox can tell one that it has forgotten from one that is new. Not said, it takes no bytes.
    pub sent: Option<u64>,
    /// Which attempt it is, from 1. It has a place and a size of its own, so that who sends the same bytes again
    /// counts without writing them anew: [`Envelope::set_attempt`].
    pub attempt: u32,
    /// Messages of one ordering key are handled in their order; at most [`MAX_ORDERING`](limits::MAX_ORDERING) bytes.
    pub ordering: Option<&'a [u8]>,
    /// Where it stands in a distributed trace.
    pub trace: Option<TraceContext>,
    /// The format of the body.
    pub codec: CodecId,
    /// How the body is compressed. Not at all takes no bytes.
    pub compression: CompressionId,
    /// The user's own headers.
    pub headers: Headers<'a>,
    /// All bytes behind the header. How many, the frame says that the envelope came in.
    pub body: &'a [u8],
}

impl<'a> Envelope<'a> {
    /// The first attempt of version 1, with an empty body; it begins a conversation of its own, and nothing else
    /// is said.
    pub const fn new(kind: Kind, id: Id, key: WireKey, codec: CodecId) -> Self {
        Self {
            kind,
            id,
            correlation: id,
            causation: Id::NIL,
            key,
            version: 1,
            schema: Fingerprint::UNKNOWN,
            qos: Qos::AtMostOnce,
            budget: None,
            sent: None,
            attempt: 1,
            ordering: None,
            trace: None,
            codec,
            compression: CompressionId::NONE,
            headers: Headers::NONE,
            body: &[],
        }
    }

    /// The envelope that these bytes are: one header, and the rest is the body.
    ///
    /// # Errors
    /// [`EnvelopeError`] where they are not in the form that [`Envelope::encode`] gives, in this version.
    #[inline]
    pub fn decode(bytes: &'a [u8]) -> Result<Self, EnvelopeError> {
        decode::envelope(bytes)
    }

    /// Appends header and body.
    ///
    /// # Errors
    /// As [`Envelope::encode_head`].
    pub fn encode(&self, sink: &mut impl Sink) -> Result<(), EnvelopeError> {
        self.encode_head(sink)?;
        Ok(sink.put(self.body)?)
    }

    /// Appends the header alone, for a body that is then encoded into the same sink; `body` counts only towards the
    /// room that the sink is asked to make.
    ///
    /// # Errors
    /// [`EnvelopeError::TooLarge`] and [`EnvelopeError::Malformed`] where a part is not allowed, and nothing is
    /// written; [`EnvelopeError::Full`] where the sink ends, and a part is written.
    pub fn encode_head(&self, sink: &mut impl Sink) -> Result<(), EnvelopeError> {
        encode::head(self, sink)
    }

    /// Appends the header of an answer to this message: as [`Envelope::encode_head`] does with its id, its key, its
    /// codec, its version and its schema, and another kind.
    #[cfg(feature = "wire")]
    // As part of where it is answered: what it writes is known there but for a few numbers.
    #[inline(always)]
    pub(crate) fn encode_answer_head(&self, kind: Kind, sink: &mut impl Sink) -> Result<(), EnvelopeError> {
        // Most say no more than what each has.
        if self.version == 1 { encode::answer(kind, self, sink) } else { self.encode_other_head(kind, sink) }
    }

    #[cfg(feature = "wire")]
    #[cold]
    #[inline(never)]
    fn encode_other_head(&self, kind: Kind, sink: &mut impl Sink) -> Result<(), EnvelopeError> {
        let mut head = Envelope::new(kind, self.id, self.key, self.codec);
        (head.version, head.schema) = (self.version, self.schema);
        head.encode_head(sink)
    }

    /// How many bytes the header takes, at most [`MAX_HEAD`](limits::MAX_HEAD).
    ///
    /// # Errors
    /// As [`Envelope::encode_head`], but for a full sink.
    pub fn head_size(&self) -> Result<usize, EnvelopeError> {
        let mut counter = Counter::default();
        self.encode_head(&mut counter)?;
        Ok(counter.0)
    }

    /// Changes the attempt of an envelope that is already bytes.
    ///
    /// # Errors
    /// Where the bytes begin no envelope of this format, or the attempt is 0; they stay as they are.
    pub fn set_attempt(bytes: &mut [u8], attempt: u32) -> Result<(), EnvelopeError> {
        let fixed =
            bytes.first_chunk_mut::<{ limits::FIXED }>().ok_or(EnvelopeError::Truncated { field: Field::Fixed })?;
        if fixed[0] != limits::FORMAT {
            return Err(EnvelopeError::Format { found: fixed[0] });
        }
        if attempt == 0 {
            return Err(EnvelopeError::Malformed { field: Field::Attempt });
        }
        fixed[encode::ATTEMPT].copy_from_slice(&attempt.to_le_bytes());
        Ok(())
    }
}
