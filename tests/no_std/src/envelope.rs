//! Envelopes on a device: into a buffer of its own, and read where they lie.

use core::fmt::Write as _;
use core::time::Duration;

use catga::codec::CodecId;
use catga::envelope::{Envelope, EnvelopeError, Field, Fingerprint, Headers, Kind, TraceContext, WireKey};
use catga::id::Id;
use heapless::Vec;

use crate::Answers;

const TRACE: &str = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

pub(crate) fn check() -> Result<(), i32> {
    let mut answers = Answers(0);
    let mut envelope = Envelope::new(Kind::Event, Id::new(7), WireKey::of("Measured"), CodecId(1));
    envelope.schema = Fingerprint::of_hash(4711);
    envelope.correlation = Id::new(6);
    envelope.causation = Id::new(6);
    envelope.budget = Some(Duration::from_millis(250));
    envelope.ordering = Some(b"meter 4");
    envelope.trace = TRACE.parse::<TraceContext>().ok();
    envelope.headers = Headers::of(&[("street", "Rue Haute")]);
    envelope.body = b"litres";
    answers.right(envelope.encode_head(&mut Vec::<u8, 64>::new()) == Err(EnvelopeError::Full))?;

    let mut bytes = Vec::<u8, 256>::new();
    answers.right(envelope.encode(&mut bytes).is_ok() && envelope.head_size() == Ok(bytes.len() - 6))?;
    answers.right(Envelope::set_attempt(&mut bytes, 2).is_ok())?;
    envelope.attempt = 2;
    let received = Envelope::decode(&bytes);
    answers.right(received == Ok(envelope))?;
    answers.right(received.is_ok_and(|received| received.headers.get("street") == Some("Rue Haute")))?;
    let cut = Envelope::decode(&bytes[..30]);
    answers.right(cut == Err(EnvelopeError::Truncated { field: Field::Correlation }))?;

    let mut text = heapless::String::<64>::new();
    let written = envelope.trace.is_some_and(|trace| write!(text, "{trace}").is_ok());
    answers.right(written && text == TRACE)
}
