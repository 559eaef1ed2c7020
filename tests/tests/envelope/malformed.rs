//! What is not of this format, and each part written in another form than the one it has.

use catga::envelope::{Envelope, EnvelopeError, Field};
use catga::id::Id;

use super::{bytes, plain};

fn changed(at: usize, byte: u8) -> Result<(), EnvelopeError> {
    let mut all = bytes(&plain());
    all[at] = byte;
    Envelope::decode(&all).map(drop)
}

/// The plain header with these flags, and what they announce.
fn with(flags: u16, more: &[u8]) -> Result<(), EnvelopeError> {
    let mut all = bytes(&plain());
    all[2..4].copy_from_slice(&flags.to_le_bytes());
    all.extend_from_slice(more);
    Envelope::decode(&all).map(drop)
}

fn malformed(field: Field) -> Result<(), EnvelopeError> {
    Err(EnvelopeError::Malformed { field })
}

fn truncated(field: Field) -> Result<(), EnvelopeError> {
    Err(EnvelopeError::Truncated { field })
}

#[test]
fn another_format() {
    for found in (0..=u8::MAX).filter(|format| *format != 1) {
        assert_eq!(changed(0, found), Err(EnvelopeError::Format { found }));
        // However short it is.
        assert_eq!(Envelope::decode(&[found]), Err(EnvelopeError::Format { found }));
    }
    assert_eq!(Envelope::decode(&[]).map(drop), truncated(Field::Fixed));
}

#[test]
fn another_kind() {
    let known = [1, 2, 3, 4, 8, 9, 10, 11, 12, 13];
    for found in 0..=u8::MAX {
        let expected = if known.contains(&found) { Ok(()) } else { Err(EnvelopeError::Kind { found }) };
        assert_eq!(changed(1, found), expected);
    }
}

#[test]
fn unknown_flags_and_levels() {
    for bit in 13..16 {
        assert_eq!(with(1 << bit, &[0; 64]), Err(EnvelopeError::Flags { unknown: 1 << bit }));
    }
    assert_eq!(with(0xffff, &[0; 64]), Err(EnvelopeError::Flags { unknown: 0xe000 }));
    assert_eq!(with(3 << 10, &[]), Err(EnvelopeError::Qos { found: 3 }));
    assert_eq!(with(2 << 10, &[]), Ok(()));
}

#[test]
fn what_its_absence_says() {
    assert_eq!(with(1, &[0; 4]), malformed(Field::Schema));
    assert_eq!(with(1, &[1, 0, 0, 0]), Ok(()));
    assert_eq!(with(1 << 1, &[1]), malformed(Field::Version));
    assert_eq!(with(1 << 1, &[0]), Ok(()));
    let own = plain().id.get().to_le_bytes();
    assert_eq!(with(1 << 2, &own), malformed(Field::Correlation));
    assert_eq!(with(1 << 2, &[0; 8]), Ok(()));
    assert_eq!(with(1 << 4, &[0]), malformed(Field::Compression));
    assert_eq!(with(1 << 7, &[0]), malformed(Field::Headers));
}

#[test]
fn a_causation_that_is_said_otherwise() {
    let own = plain().id.get().to_le_bytes();
    assert_eq!(with(3 << 8, &[0; 8]), malformed(Field::Causation));
    assert_eq!(with(3 << 8, &own), malformed(Field::Causation));
    assert_eq!(with(3 << 8, &[1; 8]), Ok(()));
    // The correlation, which is the id.
    assert_eq!(with(2 << 8, &[]), malformed(Field::Causation));
    // Written, and the correlation's.
    assert_eq!(with(3 << 8 | 1 << 2, &[7; 16]), malformed(Field::Causation));
    assert_eq!(with(2 << 8 | 1 << 2, &[7; 8]), Ok(()));
    // A nil id's own.
    let mut envelope = plain();
    envelope.id = Id::NIL;
    let mut all = bytes(&envelope);
    all[3] = 1;
    assert_eq!(Envelope::decode(&all).map(drop), malformed(Field::Causation));
}

#[test]
fn the_common_causations_take_no_bytes() {
    let mut first = plain();
    first.causation = Id::NIL;
    assert_eq!(first.head_size(), Ok(25));
    let mut second = plain();
    second.correlation = Id::new(9);
    second.causation = Id::new(9);
    assert_eq!(second.head_size(), Ok(33));
    let mut third = second;
    third.causation = Id::new(10);
    assert_eq!(third.head_size(), Ok(41));
    third.causation = third.id;
    assert_eq!(third.head_size(), Ok(33));
}

#[test]
fn a_varint_that_is_too_long() {
    let version = |bytes: &[u8]| with(1 << 1, bytes);
    assert_eq!(version(&[0x7f]), Ok(()));
    assert_eq!(version(&[0xff, 0x00]), malformed(Field::Version));
    assert_eq!(version(&[0xff, 0xff, 0xff, 0xff, 0x0f]), Ok(()));
    assert_eq!(version(&[0xff, 0xff, 0xff, 0xff, 0x1f]), malformed(Field::Version));
    assert_eq!(version(&[0xff, 0xff, 0xff, 0xff, 0x8f, 0x01]), malformed(Field::Version));
    assert_eq!(version(&[0xff; 5]), malformed(Field::Version));
    assert_eq!(version(&[0xff; 4]), truncated(Field::Version));
}

#[test]
fn a_trace_without_an_id() {
    let mut trace = [1; 25];
    assert_eq!(with(1 << 5, &trace), Ok(()));
    trace[..16].fill(0);
    assert_eq!(with(1 << 5, &trace), malformed(Field::Trace));
    trace = [1; 25];
    trace[16..24].fill(0);
    assert_eq!(with(1 << 5, &trace), malformed(Field::Trace));
    assert_eq!(with(1 << 5, &trace[..24]), truncated(Field::Trace));
}

#[test]
fn headers_that_are_no_text() {
    let headers = |bytes: &[u8]| with(1 << 7, bytes);
    assert_eq!(headers(&[1, 1, b'n', 0]), Ok(()));
    assert_eq!(headers(&[1, 0, 0]), malformed(Field::HeaderName));
    for byte in [0, b'\n', b' ', b':', 0x7f, 0x80, 0xff] {
        assert_eq!(headers(&[1, 1, byte, 0]), malformed(Field::HeaderName));
    }
    assert_eq!(headers(&[1, 1, b'n', 2, 0xc3, 0xa9]), Ok(()));
    assert_eq!(headers(&[1, 1, b'n', 1, 0xc3]), malformed(Field::HeaderValue));
    assert_eq!(headers(&[2, 1, b'n', 0]), truncated(Field::HeaderName));
    assert_eq!(headers(&[1, 1, b'n']), truncated(Field::HeaderValue));
    assert_eq!(headers(&[1, 2, b'n']), truncated(Field::HeaderName));
}

#[test]
fn errors_say_what_to_do() {
    let text = EnvelopeError::Format { found: 9 }.to_string();
    assert_eq!(text, "the envelope has format 9, and this program reads 1; update one side");
    let text = EnvelopeError::Flags { unknown: 0x8000 }.to_string();
    assert_eq!(text, "the envelope has flags that mean nothing here (0x8000); update this program");
}
