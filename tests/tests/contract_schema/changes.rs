//! Which changes break, under each codec.

use catga::codec::{Json, MessagePack, Protobuf};
use catga::contract::Contract;
use catga::contract::schema::{compare, text};
use catga::prelude::*;
use postcard_schema::Schema;
use serde::{Deserialize, Serialize};

/// What changed, and whether it breaks.
fn changed<Was: Contract, Now: Contract>() -> Vec<(bool, String)> {
    let differences = compare(&text::<Was>(), &text::<Now>()).unwrap();
    differences.iter().map(|difference| (difference.is_breaking(), difference.to_string())).collect()
}

/// What changed, without what comes of it.
fn named<Was: Contract, Now: Contract>() -> Vec<(bool, String)> {
    let short =
        |text: &str| text.rsplit_once(": ").filter(|(_, harm)| harm.contains(';')).map(|(what, _)| what.to_owned());
    changed::<Was, Now>().into_iter().map(|(breaks, text)| (breaks, short(&text).unwrap_or(text))).collect()
}

/// A contract in three codecs, whose messages say none.
macro_rules! ages {
    ($($age:ident($($of:tt)*) { $($item:item)* })*) => { $(
        #[allow(dead_code)]
        mod $age {
            use super::*;

            $(#[derive(Serialize, Deserialize, Schema)] $item)*

            #[contract(endpoint = "pay", schema)]
            pub(crate) struct Positions($($of)*);
            #[contract(endpoint = "pay", codec = Json, schema)]
            pub(crate) struct Names($($of)*);
            #[contract(endpoint = "pay", codec = MessagePack, schema)]
            pub(crate) struct Maps($($of)*);
        }
    )* };
}

ages! {
    was(ChargeCard) {
        #[command(reply = Paid)]
        pub struct ChargeCard { pub cents: u32, pub card: String, pub by: Payer }
        pub struct Paid { pub id: u64 }
        pub enum Payer { Guest, Member(u64) }
    }
    wider(ChargeCard) {
        #[command(reply = Paid)]
        pub struct ChargeCard { pub cents: i64, pub card: String, pub by: Payer }
        pub struct Paid { pub id: u64 }
        pub enum Payer { Guest, Member(u64) }
    }
    optional(ChargeCard) {
        #[command(reply = Paid)]
        pub struct ChargeCard { pub cents: u32, pub card: String, pub by: Payer, pub note: Option<String> }
        pub struct Paid { pub id: u64, pub at: Option<u64> }
        pub enum Payer { Guest, Member(u64) }
    }
    required(ChargeCard) {
        #[command(reply = Paid)]
        pub struct ChargeCard { pub cents: u32, pub card: String, pub by: Payer, pub note: String }
        pub struct Paid { pub id: u64 }
        pub enum Payer { Guest, Member(u64) }
    }
    reordered(ChargeCard) {
        #[command(reply = Paid)]
        pub struct ChargeCard { pub card: String, pub cents: u32, pub by: Payer }
        pub struct Paid { pub id: u64 }
        pub enum Payer { Guest, Member(u64) }
    }
    less(ChargeCard) {
        #[command]
        pub struct ChargeCard { pub cents: u32, pub by: Payer }
        pub enum Payer { Guest, Member(u64) }
    }
    variant(ChargeCard) {
        #[command(reply = Paid)]
        pub struct ChargeCard { pub cents: u32, pub card: String, pub by: Payer }
        pub struct Paid { pub id: u64 }
        pub enum Payer { Guest, Member(u64), Nobody }
    }
    more(ChargeCard, Refund) {
        #[command(reply = Paid)]
        pub struct ChargeCard { pub cents: u32, pub card: String, pub by: Payer }
        pub struct Paid { pub id: u64 }
        pub enum Payer { Guest, Member(u64) }
        #[command]
        pub struct Refund;
    }
    renamed(ChargeCard) {
        #[command(name = "card.charge", reply = Paid)]
        pub struct ChargeCard { pub cents: u32, pub card: String, pub by: Payer }
        pub struct Paid { pub id: u64 }
        pub enum Payer { Guest, Member(u64) }
    }
    asked(ChargeCard) {
        #[query(reply = Paid, endpoint = "ask")]
        pub struct ChargeCard { pub cents: u32, pub card: String, pub by: Payer }
        pub struct Paid { pub id: u64 }
        pub enum Payer { Guest, Member(u64) }
    }
    second(ChargeCard) {
        #[command(version = 2, reply = Paid)]
        pub struct ChargeCard { pub cents: i64 }
        pub struct Paid { pub id: u64 }
    }
}

/// The version before is kept as it was.
mod upcast {
    use super::*;

    #[command(version = 2, reply = Paid, upcasts = super::was::ChargeCard)]
    #[derive(Serialize, Deserialize, Schema)]
    pub struct ChargeCard {
        pub cents: i64,
    }

    #[derive(Serialize, Deserialize, Schema)]
    pub struct Paid {
        pub card: String,
    }

    impl From<super::was::ChargeCard> for ChargeCard {
        fn from(old: super::was::ChargeCard) -> Self {
            Self { cents: old.cents.into() }
        }
    }

    impl From<Paid> for super::was::Paid {
        fn from(_: Paid) -> Self {
            Self { id: 0 }
        }
    }

    #[contract(endpoint = "pay", schema)]
    pub(crate) struct Positions(ChargeCard);
}

/// The version before is not what it was.
mod forged {
    use super::*;

    #[command(version = 2, reply = Paid, upcasts = super::wider::ChargeCard)]
    #[derive(Serialize, Deserialize, Schema)]
    pub struct ChargeCard {
        pub cents: i64,
    }

    pub use super::wider::Paid;

    impl From<super::wider::ChargeCard> for ChargeCard {
        fn from(old: super::wider::ChargeCard) -> Self {
            Self { cents: old.cents }
        }
    }

    #[contract(endpoint = "pay", schema)]
    pub(crate) struct Positions(ChargeCard);
}

/// The handler has an error of its own.
mod faulty {
    use super::*;

    #[derive(Debug, Classify, Serialize, Deserialize, Schema)]
    pub struct Declined;

    impl std::fmt::Display for Declined {
        fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
            f.write_str("declined")
        }
    }

    impl std::error::Error for Declined {}

    pub use super::was::{Paid, Payer};

    #[command(reply = Paid, error = Declined)]
    #[derive(Serialize, Deserialize, Schema)]
    pub struct ChargeCard {
        pub cents: u32,
        pub card: String,
        pub by: Payer,
    }

    #[contract(endpoint = "pay", schema)]
    pub(crate) struct Positions(ChargeCard);
    #[contract(endpoint = "pay", codec = Json, schema)]
    pub(crate) struct Names(ChargeCard);
}

/// Asserts the same of both formats with names, and something of the one without.
macro_rules! changes {
    ($age:ident by_name [$(($name:literal, $of_name:literal)),*] by_position [$(($position:literal, $of_position:literal)),*]) => {
        let by_name: Vec<(bool, String)> = vec![$(($name, $of_name.to_owned())),*];
        assert_eq!(named::<was::Names, $age::Names>(), by_name, "json");
        assert_eq!(named::<was::Maps, $age::Maps>(), by_name, "messagepack");
        let by_position: Vec<(bool, String)> = vec![$(($position, $of_position.to_owned())),*];
        assert_eq!(named::<was::Positions, $age::Positions>(), by_position, "postcard");
    };
}

#[test]
fn another_type_breaks() {
    changes!(wider by_name [(true, "ChargeCard.cents: u32 became i64")] by_position [(true, "ChargeCard.cents: u32 became i64")]);
}

#[test]
fn an_optional_field_may_come_and_go_by_name() {
    changes!(optional
    by_name [
        (false, "ChargeCard: field note added at the end, optional"),
        (false, "ChargeCard reply: field at added at the end, optional")
    ]
    by_position [
        (true, "ChargeCard: field note added at the end, optional"),
        (true, "ChargeCard reply: field at added at the end, optional")
    ]);
    let back = named::<optional::Names, was::Names>();
    assert_eq!(
        back,
        [
            (false, "ChargeCard: field note removed".to_owned()),
            (false, "ChargeCard reply: field at removed".to_owned())
        ]
    );
}

#[test]
fn a_required_field_breaks() {
    changes!(required by_name [(true, "ChargeCard: field note added at the end")] by_position [(true, "ChargeCard: field note added at the end")]);
}

#[test]
fn fields_change_places_by_name() {
    changes!(reordered
        by_name [(false, "ChargeCard: fields reordered: cents, card, by became card, cents, by")]
        by_position [(true, "ChargeCard: fields reordered: cents, card, by became card, cents, by")]);
}

#[test]
fn a_field_or_a_reply_that_is_gone_breaks() {
    changes!(less
        by_name [(true, "ChargeCard: field card removed"), (true, "ChargeCard reply: struct became unit")]
        by_position [(true, "ChargeCard: field card removed"), (true, "ChargeCard reply: struct became unit")]);
}

#[test]
fn a_variant_breaks_old_readers() {
    changes!(variant
        by_name [(true, "ChargeCard.by: variant Nobody added at the end")]
        by_position [(true, "ChargeCard.by: variant Nobody added at the end")]);
    let [(_, text)] = &changed::<was::Names, variant::Names>()[..] else { panic!("one change") };
    assert!(text.contains("old programs do not read it"), "{text}");
}

#[test]
fn an_error_where_there_was_none_breaks() {
    for changes in [named::<was::Names, faulty::Names>(), named::<was::Positions, faulty::Positions>()] {
        assert_eq!(changes, [(true, "message ChargeCard error added".to_owned())]);
    }
    let back = named::<faulty::Names, was::Names>();
    assert_eq!(back, [(true, "message ChargeCard error removed".to_owned())]);
}

#[test]
fn a_message_may_be_added_and_not_removed() {
    changes!(more by_name [(false, "message Refund added")] by_position [(false, "message Refund added")]);
    let [(true, text)] = &changed::<more::Positions, was::Positions>()[..] else { panic!("one break") };
    assert!(text.starts_with("message Refund removed: "), "{text}");
}

#[test]
fn a_name_on_the_wire_stays() {
    let [(true, text)] = &changed::<was::Positions, renamed::Positions>()[..] else { panic!("one break") };
    assert!(text.starts_with("message ChargeCard is called card.charge now: "), "{text}");
    assert!(text.ends_with("say `name = \"ChargeCard\"`"), "{text}");
}

#[test]
fn kind_endpoint_and_codec_stay() {
    let changes = named::<was::Names, asked::Names>();
    assert_eq!(
        changes,
        [
            (true, "ChargeCard: kind command became query".to_owned()),
            (true, "ChargeCard: endpoint pay became ask".to_owned())
        ]
    );
    let changes = named::<was::Names, wider::Positions>();
    assert_eq!(changes, [(true, "ChargeCard: codec json, by name became postcard, by position".to_owned())]);
}

#[test]
fn a_version_is_kept_by_an_upcast() {
    let [(true, text), (false, added)] = &changed::<was::Positions, second::Positions>()[..] else { panic!("a break") };
    assert!(text.starts_with("version 1 of ChargeCard removed: ") && text.contains("`upcasts = ..`"), "{text}");
    assert_eq!(added, "version 2 of ChargeCard added");

    let changes = named::<was::Positions, upcast::Positions>();
    assert_eq!(changes, [(false, "version 2 of ChargeCard added".to_owned())]);
}

#[test]
fn a_version_before_stays_as_it_was() {
    let changes = named::<was::Positions, forged::Positions>();
    assert_eq!(
        changes,
        [(true, "ChargeCard.cents: u32 became i64".to_owned()), (false, "version 2 of ChargeCard added".to_owned())]
    );
}

/// Protobuf's fields are told by their tags.
mod proto {
    use super::*;

    pub mod was {
        use super::*;

        #[command(reply = u64, codec = Protobuf)]
        #[derive(Clone, PartialEq, prost::Message, Schema)]
        pub struct ChargeCard {
            #[prost(uint32, tag = "1")]
            pub cents: u32,
            #[prost(string, tag = "2")]
            pub card: String,
        }

        #[contract(endpoint = "pay", schema)]
        pub(crate) struct Proto(ChargeCard);
    }

    pub mod now {
        use super::*;

        #[command(reply = u64, codec = Protobuf)]
        #[derive(Clone, PartialEq, prost::Message, Schema)]
        pub struct ChargeCard {
            #[prost(string, tag = "2")]
            pub card: String,
            #[prost(string, optional, tag = "3")]
            pub note: Option<String>,
            #[prost(int64, tag = "1")]
            pub cents: i64,
        }

        #[contract(endpoint = "pay", schema)]
        pub(crate) struct Proto(ChargeCard);
    }
}

#[test]
fn protobuf_has_names() {
    let changes = named::<proto::was::Proto, proto::now::Proto>();
    assert_eq!(
        changes,
        [
            (true, "ChargeCard.cents: u32 became i64".to_owned()),
            (false, "ChargeCard: field note inserted before cents, optional".to_owned()),
            (false, "ChargeCard: fields reordered: cents, card became card, cents".to_owned())
        ]
    );
}

#[test]
fn a_break_says_what_to_do() {
    let [(true, text)] = &changed::<was::Positions, wider::Positions>()[..] else { panic!("one break") };
    assert_eq!(
        text,
        "ChargeCard.cents: u32 became i64: programs of both ages refuse the other's (`catga.wire.wrong_schema`); raise the version and say `upcasts = ..`"
    );
}
