//! Bytes as text.

use catga::buffer::Sink;
use catga::codec::base64::{Alphabet, Base64};
use catga::codec::{Decode, DecodeError, Encode, EncodeError, MessagePack};
use proptest::collection::vec;
use proptest::prelude::*;

use crate::{checks, values};

/// Those of RFC 4648, section 10.
#[test]
fn the_texts_of_the_standard() {
    let vectors = ["", "Zg==", "Zm8=", "Zm9v", "Zm9vYg==", "Zm9vYmE=", "Zm9vYmFy"];
    for (len, text) in vectors.into_iter().enumerate() {
        let bytes = &b"foobar"[..len];
        let bare = text.trim_end_matches('=');
        for (alphabet, text) in [(Alphabet::Standard, text), (Alphabet::UrlSafe, bare)] {
            assert_eq!(alphabet.encoded_size(len), text.len());
            assert_eq!(alphabet.encode(bytes, &mut [0; 8]).map(|text| &*text), Ok(text));
            assert_eq!(alphabet.decode(text, &mut [0; 6]).map(|bytes| &*bytes), Ok(bytes));
            let short = EncodeError::Short { needed: text.len() };
            for room in 0..text.len() {
                assert_eq!(alphabet.encode(bytes, &mut vec![0; room]).map(drop), Err(short));
            }
            for room in 0..len {
                let error = DecodeError::Scratch { needed: len };
                assert_eq!(alphabet.decode(text, &mut vec![0; room]).map(drop), Err(error));
            }
        }
    }
}

#[test]
fn what_is_no_text_is_refused() {
    let malformed = Err(DecodeError::Malformed { codec: "base64" });
    for text in ["Zg", "Zg=", "Zh==", "Z", "Zg==Zg==", "====", "Z-__", "Zm 9", "=", "Zg===", "\u{df}\u{df}"] {
        assert_eq!(Alphabet::Standard.decode(text, &mut [0; 16]).map(drop), malformed, "{text}");
    }
    for text in ["Zg==", "Z+//", "Z", "Zh", "Zm9v="] {
        assert_eq!(Alphabet::UrlSafe.decode(text, &mut [0; 16]).map(drop), malformed, "{text}");
    }
    assert_eq!(Alphabet::Standard.decode("+/+/", &mut [0; 3]).map(|bytes| &*bytes), Ok(&[251, 255, 191][..]));
    assert_eq!(Alphabet::UrlSafe.decode("-_-_", &mut [0; 3]).map(|bytes| &*bytes), Ok(&[251, 255, 191][..]));
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, cases: 64, ..ProptestConfig::default() })]

    #[test]
    fn any_bytes_in_any_pieces(pieces in vec(vec(any::<u8>(), 0..70), 0..6), is_url_safe: bool) {
        let alphabet = if is_url_safe { Alphabet::UrlSafe } else { Alphabet::Standard };
        let bytes = pieces.concat();
        let mut text = Vec::new();
        let mut sink = Base64::new(alphabet, &mut text);
        for piece in &pieces {
            sink.put(piece).unwrap();
        }
        sink.finish().unwrap();
        prop_assert_eq!(text.len(), alphabet.encoded_size(bytes.len()));
        let mut whole = vec![0; text.len()];
        prop_assert_eq!(alphabet.encode(&bytes, &mut whole).unwrap().as_bytes(), &text);
        let mut room = vec![0; bytes.len()];
        prop_assert_eq!(alphabet.decode(&text, &mut room).map(|bytes| &*bytes), Ok(&bytes[..]));
    }

    #[test]
    fn from_a_value_to_text_and_back(value in values::everything()) {
        let mut text = Vec::new();
        let mut sink = Base64::new(Alphabet::UrlSafe, &mut text);
        MessagePack::encode(&value, &mut sink).unwrap();
        sink.finish().unwrap();
        let mut scratch = vec![0; text.len()];
        let bytes = Alphabet::UrlSafe.decode(&text, &mut scratch).unwrap();
        let read: checks::Everything = MessagePack::decode(bytes).unwrap();
        prop_assert_eq!(read, value);
    }
}
