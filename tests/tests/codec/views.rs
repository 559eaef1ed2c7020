//! What borrows from the bytes.

use std::borrow::Cow;

use catga::codec::{Decode, DecodeError, Encode, Json, MessagePack, Postcard};
use serde::{Deserialize, Serialize};

use crate::checks::View;

fn lies_in<C>(value: &View<'_>)
where
    C: for<'a> Encode<View<'a>> + for<'de> Decode<'de, View<'de>>,
{
    let bytes = C::to_vec(value).unwrap();
    let view: View<'_> = C::decode(&bytes).unwrap();
    assert_eq!(&view, value);
    let within = |part: &[u8]| bytes.as_ptr_range().contains(&part.as_ptr());
    assert!(within(view.text.as_bytes()) && within(view.bytes), "{} copied", C::NAME);
    assert!(view.rest.iter().all(|text| within(text.as_bytes())), "{} copied", C::NAME);
}

#[test]
fn strings_and_bytes_lie_in_what_was_read() {
    let view = View { text: "4711", bytes: &[1, 2, 255], rest: vec!["a", "ß"] };
    lies_in::<Postcard>(&view);
    lies_in::<MessagePack>(&view);
}

#[derive(Debug, PartialEq, Serialize, Deserialize)]
struct Note<'a> {
    #[serde(borrow)]
    text: Cow<'a, str>,
}

/// What has escapes is not in the bytes as it is meant.
#[test]
fn json_lends_strings_without_escapes() {
    let bytes = br#"{"text":"4711"}"#;
    let note: Note<'_> = Json::decode(bytes).unwrap();
    assert!(matches!(note.text, Cow::Borrowed("4711")));
    let bytes = br#"{"text":"47\n11"}"#;
    let note: Note<'_> = Json::decode(bytes).unwrap();
    assert!(matches!(&note.text, Cow::Owned(text) if text == "47\n11"));

    let lent: &str = Json::decode(br#""4711""#).unwrap();
    assert_eq!(lent, "4711");
    let refused: Result<&str, _> = Json::decode(br#""47\n11""#);
    assert_eq!(refused, Err(DecodeError::Malformed { codec: "json" }));
}
