use catga::envelope::{Envelope, EnvelopeError, Field, Headers};

use super::{bytes, plain};

const PAIRS: &[(&str, &str)] = &[("tenant", "acme"), ("lang", "日本"), ("tenant", "other"), ("empty", "")];

#[test]
fn they_are_found_by_name() {
    let mut envelope = plain();
    envelope.headers = Headers::of(PAIRS);
    let all = bytes(&envelope);
    let decoded = Envelope::decode(&all).unwrap();
    for headers in [envelope.headers, decoded.headers] {
        assert_eq!(headers.get("tenant"), Some("acme"), "the first");
        assert_eq!(headers.get("lang"), Some("日本"));
        assert_eq!(headers.get("empty"), Some(""));
        assert_eq!(headers.get("Tenant"), None);
        assert_eq!(headers.get("acme"), None);
        assert_eq!(headers.iter().len(), 4);
        assert_eq!(headers.into_iter().collect::<Vec<_>>(), PAIRS);
    }
    assert_eq!(decoded.headers, envelope.headers);
    assert_ne!(decoded.headers, Headers::of(&PAIRS[1..]));
    assert_eq!(format!("{:?}", Headers::of(&PAIRS[..1])), r#"{"tenant": "acme"}"#);
}

#[test]
fn none_are_none() {
    assert!(Headers::NONE.is_empty());
    assert_eq!(Headers::default(), Headers::of(&[]));
    assert_eq!(Headers::NONE.iter().next(), None);
}

#[test]
fn names_that_could_be_mistaken_are_refused() {
    for name in ["", "two words", "colon:", "line\n", "é", "tab\t"] {
        let pairs = [(name, "value")];
        let mut envelope = plain();
        envelope.headers = Headers::of(&pairs);
        assert_eq!(envelope.head_size(), Err(EnvelopeError::Malformed { field: Field::HeaderName }), "{name:?}");
    }
}
