//! Types that change: what the formats with names bear, and the one without does not.

use catga::codec::{Codec, Decode, DecodeError, Encode, Json, MessagePack, Postcard, Protobuf};
use serde::{Deserialize, Serialize};

#[derive(Clone, PartialEq, Serialize, Deserialize, prost::Message)]
struct Old {
    #[prost(uint64, tag = "1")]
    cents: u64,
    #[prost(string, tag = "2")]
    card: String,
}

/// Another order, and one field more.
#[derive(Clone, PartialEq, Serialize, Deserialize, prost::Message)]
struct New {
    #[prost(string, tag = "2")]
    card: String,
    #[prost(string, optional, tag = "3")]
    note: Option<String>,
    #[prost(uint64, tag = "1")]
    cents: u64,
}

fn bears<C>()
where
    C: Encode<Old> + Encode<New> + for<'de> Decode<'de, Old> + for<'de> Decode<'de, New>,
{
    assert!(const { C::NAMED }, "{}", C::NAME);
    let old = || Old { cents: 4_200, card: "4711".to_owned() };
    let new = |note: Option<&str>| New { cents: 4_200, card: "4711".to_owned(), note: note.map(str::to_owned) };
    assert_eq!(C::decode(&C::to_vec(&old()).unwrap()), Ok(new(None)), "{}", C::NAME);
    assert_eq!(C::decode(&C::to_vec(&new(Some("red"))).unwrap()), Ok(old()), "{}", C::NAME);
}

#[test]
fn fields_with_names_may_come_and_move() {
    bears::<Json>();
    bears::<MessagePack>();
    bears::<Protobuf>();
}

#[test]
fn postcard_has_no_names() {
    const { assert!(!Postcard::NAMED) };
    let old = Old { cents: 4, card: "4711".to_owned() };
    let bytes = Postcard::to_vec(&old).unwrap();
    let read: Result<New, _> = Postcard::decode(&bytes);
    assert!(matches!(read, Err(DecodeError::Malformed { .. } | DecodeError::Truncated)), "{read:?}");
}

#[test]
fn each_has_a_number_of_its_own() {
    let ids = [Postcard::ID, Json::ID, MessagePack::ID, Protobuf::ID].map(|id| id.0);
    assert_eq!(ids, [1, 2, 3, 4]);
}
