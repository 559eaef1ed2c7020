//! Each limit: what just fits, and one more.

use std::time::Duration;

use catga::envelope::{
    CompressionId, Envelope, EnvelopeError, Field, Fingerprint, Headers, MAX_HEAD, MAX_HEADER_NAME, MAX_HEADER_VALUE,
    MAX_HEADERS, MAX_HEADERS_SIZE, MAX_ORDERING, TraceContext,
};
use catga::id::Id;

use super::{bytes, plain};

/// The plain header's bytes, with these flags and what they announce.
fn with(flags: u16, more: &[u8]) -> Vec<u8> {
    let mut all = bytes(&plain());
    all[2..4].copy_from_slice(&flags.to_le_bytes());
    all.extend_from_slice(more);
    all
}

const HEADERS: u16 = 1 << 7;

fn too_large(field: Field, limit: usize) -> EnvelopeError {
    EnvelopeError::TooLarge { field, limit }
}

fn fits(envelope: &Envelope<'_>) {
    assert_eq!(Envelope::decode(&bytes(envelope)).as_ref(), Ok(envelope));
}

fn refused(envelope: &Envelope<'_>, error: EnvelopeError) {
    let mut sink = Vec::new();
    assert_eq!(envelope.encode(&mut sink), Err(error));
    assert_eq!(sink, [0; 0], "a part of it was written");
}

#[test]
fn the_ordering_key() {
    let mut envelope = plain();
    envelope.ordering = Some(&[7; MAX_ORDERING]);
    fits(&envelope);
    envelope.ordering = Some(&[7; MAX_ORDERING + 1]);
    refused(&envelope, too_large(Field::Ordering, MAX_ORDERING));
    envelope.ordering = Some(&[]);
    fits(&envelope);
}

#[test]
fn the_number_of_headers() {
    let pairs = [("n", "v"); MAX_HEADERS + 1];
    let mut envelope = plain();
    envelope.headers = Headers::of(&pairs[1..]);
    fits(&envelope);
    envelope.headers = Headers::of(&pairs);
    refused(&envelope, too_large(Field::Headers, MAX_HEADERS));

    let mut more = vec![MAX_HEADERS as u8 + 1];
    more.extend([1, b'n', 1, b'v'].repeat(MAX_HEADERS + 1));
    assert_eq!(Envelope::decode(&with(HEADERS, &more)), Err(too_large(Field::Headers, MAX_HEADERS)));
}

#[test]
fn a_headers_name() {
    let name = "n".repeat(MAX_HEADER_NAME + 1);
    let mut envelope = plain();
    let pairs = [(&name[1..], "v")];
    envelope.headers = Headers::of(&pairs);
    fits(&envelope);
    let error = too_large(Field::HeaderName, MAX_HEADER_NAME);
    let pairs = [(&*name, "v")];
    envelope.headers = Headers::of(&pairs);
    refused(&envelope, error);

    let mut more = vec![1, MAX_HEADER_NAME as u8 + 1];
    more.extend_from_slice(name.as_bytes());
    more.extend([1, b'v']);
    assert_eq!(Envelope::decode(&with(HEADERS, &more)), Err(error));
}

#[test]
fn a_headers_value() {
    let value = "v".repeat(MAX_HEADER_VALUE + 1);
    let mut envelope = plain();
    let pairs = [("n", &value[1..])];
    envelope.headers = Headers::of(&pairs);
    fits(&envelope);
    let error = too_large(Field::HeaderValue, MAX_HEADER_VALUE);
    let pairs = [("n", &*value)];
    envelope.headers = Headers::of(&pairs);
    refused(&envelope, error);

    // 1025 as a varint.
    let mut more = vec![1, 1, b'n', 0x81, 0x08];
    more.extend_from_slice(value.as_bytes());
    assert_eq!(Envelope::decode(&with(HEADERS, &more)), Err(error));
    // And the length alone says it.
    assert_eq!(Envelope::decode(&with(HEADERS, &more[..5])), Err(error));
}

#[test]
fn the_size_of_all_headers() {
    // 1 + 1 + 2 + 1020 = 1024 bytes each.
    let value = "v".repeat(1021);
    let (fitting, longer) = (("n", &value[1..]), ("n", &*value));
    let mut envelope = plain();
    let pairs = [fitting; MAX_HEADERS_SIZE / 1024];
    envelope.headers = Headers::of(&pairs);
    fits(&envelope);
    let error = too_large(Field::Headers, MAX_HEADERS_SIZE);
    let pairs = [fitting, fitting, fitting, longer];
    envelope.headers = Headers::of(&pairs);
    refused(&envelope, error);

    let mut more = vec![4];
    for (name, value) in pairs {
        more.extend([1, name.as_bytes()[0], (value.len() & 0x7f) as u8 | 0x80, (value.len() >> 7) as u8]);
        more.extend_from_slice(value.as_bytes());
    }
    assert_eq!(Envelope::decode(&with(HEADERS, &more)), Err(error));
}

#[test]
fn the_largest_header() {
    let value = "v".repeat(1020);
    let pairs = [("n", &*value); 4];
    let mut envelope = plain();
    envelope.schema = Fingerprint(1);
    envelope.version = u32::MAX;
    envelope.correlation = Id::new(1);
    envelope.causation = Id::new(2);
    envelope.budget = Some(Duration::ZERO);
    envelope.sent = Some(0);
    envelope.compression = CompressionId(1);
    envelope.trace = Some(TraceContext::new([1; 16], [1; 8], 0).unwrap());
    envelope.ordering = Some(&[7; MAX_ORDERING]);
    envelope.headers = Headers::of(&pairs);
    fits(&envelope);
    assert_eq!(envelope.head_size(), Ok(MAX_HEAD));
}

#[test]
fn the_budget() {
    let decoded = |budget| {
        let mut envelope = plain();
        envelope.budget = Some(budget);
        Envelope::decode(&bytes(&envelope)).unwrap().budget.unwrap()
    };
    let largest = Duration::from_millis(u32::MAX.into());
    assert_eq!(decoded(largest), largest);
    assert_eq!(decoded(largest + Duration::from_millis(1)), largest);
    assert_eq!(decoded(Duration::MAX), largest);
    assert_eq!(decoded(Duration::from_micros(1_999)), Duration::from_millis(1));
    assert_eq!(decoded(Duration::ZERO), Duration::ZERO);
}

#[test]
fn the_attempt() {
    let mut envelope = plain();
    envelope.attempt = u32::MAX;
    fits(&envelope);
    envelope.attempt = 0;
    let error = EnvelopeError::Malformed { field: Field::Attempt };
    refused(&envelope, error);
    let mut all = bytes(&plain());
    assert_eq!(Envelope::set_attempt(&mut all, 0), Err(error));
    assert_eq!(Envelope::set_attempt(&mut all[..24], 2), Err(EnvelopeError::Truncated { field: Field::Fixed }));
    assert_eq!(Envelope::decode(&all), Ok(plain()));
    all[4] = 0;
    assert_eq!(Envelope::decode(&all), Err(error));
    all[0] = 2;
    assert_eq!(Envelope::set_attempt(&mut all, 1), Err(EnvelopeError::Format { found: 2 }));
}
