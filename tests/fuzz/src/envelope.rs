use catga::buffer::Slice;
use catga::envelope::{Envelope, EnvelopeError, MAX_HEAD, MAX_HEADERS};

/// Bytes are an envelope or a typed error; what is one encodes to the same bytes, stays one under another attempt,
/// and is none where its header is cut.
///
/// # Panics
/// Where that does not hold.
pub fn envelope(bytes: &[u8]) {
    let Ok(envelope) = Envelope::decode(bytes) else { return };
    assert!(envelope.headers.len() <= MAX_HEADERS);
    assert_eq!(envelope.headers.iter().count(), envelope.headers.len(), "a header is not whole");

    let head = bytes.len() - envelope.body.len();
    assert!(head <= MAX_HEAD, "the header takes {head} bytes");
    assert_eq!(envelope.head_size(), Ok(head));
    let mut again = bytes.to_vec();
    again.fill(0xaa);
    let mut slice = Slice::new(&mut again);
    assert_eq!(envelope.encode(&mut slice), Ok(()));
    assert!(slice.finish().is_ok_and(|written| written == bytes), "it encodes to other bytes");

    let mut counted = bytes.to_vec();
    assert_eq!(Envelope::set_attempt(&mut counted, !0), Ok(()));
    assert!(Envelope::decode(&counted).is_ok_and(|counted| counted.attempt == !0 && counted.body == envelope.body));

    let cut = Envelope::decode(&bytes[..head - 1]);
    assert!(matches!(cut, Err(EnvelopeError::Truncated { .. })), "{cut:?}");
}
