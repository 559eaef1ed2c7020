//! What types look like in bytes, and what changed.

use std::collections::BTreeMap;

use catga::codec::schema::{Change, Fingerprint, NoSchema, Part, Reads, Text, What, compare};
use postcard_schema::Schema;

/// The types of a module as they were, and as they are.
macro_rules! types {
    ($module:ident { $($item:item)* }) => {
        #[allow(dead_code)]
        mod $module {
            use super::*;
            $(#[derive(Schema)] $item)*
        }
    };
}

types!(was {
    pub struct ChargeCard { pub cents: u32, pub card: String, pub by: Payer }
    pub enum Payer { Guest, Member(u64), Company { name: String, vat: Option<String> } }
});
types!(wider {
    pub struct ChargeCard { pub cents: i64, pub card: String, pub by: Payer }
    pub enum Payer { Guest, Member(u64), Company { name: String, vat: Option<String> } }
});
types!(reordered {
    pub struct ChargeCard { pub card: String, pub cents: u32, pub by: Payer }
    pub enum Payer { Guest, Member(u64), Company { name: String, vat: Option<String> } }
});
types!(inserted {
    pub struct ChargeCard { pub cents: u32, pub card: String, pub by: Payer }
    pub enum Payer { Guest, Voucher(Code), Member(u64), Company { name: String, vat: Option<String> } }
    pub struct Code { pub letters: [char; 4] }
});
types!(appended {
    pub struct ChargeCard { pub cents: u32, pub card: String, pub by: Payer, pub note: Option<String> }
    pub enum Payer { Guest, Member(u64), Company { name: String, vat: Option<String> }, Nobody }
});
types!(removed {
    pub struct ChargeCard { pub cents: u32, pub by: Payer }
    pub enum Payer { Member(u64), Company { name: String } }
});
types!(renamed {
    pub struct ChargeCard { pub amount: u32, pub card: String, pub by: Payer }
    pub enum Payer { Guest, Member(u64), Company { name: String, vat: Option<String> } }
});
types!(same {
    pub struct Charge { pub cents: Cents, pub card: String, pub by: Who }
    pub struct Cents(u32);
    pub enum Who { Guest, Member(u64), Company { name: String, vat: Option<String> } }
});

const WAS: Fingerprint = Fingerprint::of::<was::ChargeCard>();

#[test]
fn every_change_gives_another_number() {
    let numbers = [
        WAS,
        Fingerprint::of::<wider::ChargeCard>(),
        Fingerprint::of::<reordered::ChargeCard>(),
        Fingerprint::of::<inserted::ChargeCard>(),
        Fingerprint::of::<appended::ChargeCard>(),
        Fingerprint::of::<removed::ChargeCard>(),
        Fingerprint::of::<renamed::ChargeCard>(),
    ];
    for (place, number) in numbers.iter().enumerate() {
        assert!(!numbers[..place].contains(number), "{place}");
    }
    // What is not in the bytes is not in the number.
    assert_eq!(WAS, Fingerprint::of::<same::Charge>());
    assert_eq!(WAS, Fingerprint::of::<&was::ChargeCard>());
    assert_eq!(Fingerprint::of::<[u8; 2]>(), Fingerprint::of::<(u8, u8)>());
}

/// Names do not run into each other, and neither do lists.
#[test]
fn what_looks_alike_has_its_own_number() {
    #[derive(Schema)]
    #[allow(dead_code)]
    struct A {
        ab: (),
        c: (),
    }
    #[derive(Schema)]
    #[allow(dead_code)]
    struct B {
        a: (),
        bc: (),
    }
    let numbers = [
        Fingerprint::of::<A>(),
        Fingerprint::of::<B>(),
        Fingerprint::of::<((u8,), u8, u8)>(),
        Fingerprint::of::<((u8, u8), u8)>(),
        Fingerprint::of::<(u8, (u8, u8))>(),
        Fingerprint::of::<Option<Vec<u8>>>(),
        Fingerprint::of::<Vec<Option<u8>>>(),
        Fingerprint::of::<BTreeMap<u8, u16>>(),
        Fingerprint::of::<BTreeMap<u16, u8>>(),
        Fingerprint::of::<Result<u8, u16>>(),
        Fingerprint::of::<Result<u16, u8>>(),
        Fingerprint::of::<u8>().then(Fingerprint::of::<u16>()),
        Fingerprint::of::<u16>().then(Fingerprint::of::<u8>()),
    ];
    for (place, number) in numbers.iter().enumerate() {
        assert!(!numbers[..place].contains(number), "{place}");
    }
}

/// It is in envelopes and in stored rows: it never changes.
#[test]
fn numbers_of_today_are_those_of_tomorrow() {
    assert_eq!(WAS.to_string(), "d395eced60ca09ec");
    assert_eq!(Fingerprint::of::<(bool, i8, i16, i32, i64, i128)>().to_string(), "f693da5050156adf");
    assert_eq!(Fingerprint::of::<(u8, u16, u32, u64, u128, f32)>().to_string(), "18228dd02615f7b1");
    assert_eq!(Fingerprint::of::<(f64, char, &str, ())>().to_string(), "60ecfbafdba657e8");
    assert_eq!(WAS.then(Fingerprint::of::<()>()).to_string(), "603c1fe04d2b72c9");
}

#[test]
fn a_line_for_each_field_and_each_variant() {
    #[derive(Schema)]
    #[allow(dead_code)]
    struct Order {
        lines: Vec<Line>,
        shelves: BTreeMap<(u8, u16), Shelf>,
        code: [u8; 32],
        pair: (String, Shelf),
        maybe: Option<Shelf>,
        result: Result<(), was::Payer>,
        marker: Marker,
        newtype: Newtype,
    }
    #[derive(Schema)]
    #[allow(dead_code)]
    struct Line {
        sku: char,
    }
    #[derive(Schema)]
    #[allow(dead_code)]
    struct Shelf {
        row: i8,
    }
    #[derive(Schema)]
    struct Marker;
    #[derive(Schema)]
    #[allow(dead_code)]
    struct Newtype(Option<f64>);
    let expected = "\
Order: struct
Order.lines: list<struct>
Order.lines[].sku: char
Order.shelves: map<(u8, u16), struct>
Order.shelves{value}.row: i8
Order.code: [u8; 32]
Order.pair: (string, struct)
Order.pair.1.row: i8
Order.maybe: option<struct>
Order.maybe.row: i8
Order.result: enum
Order.result::Ok: (unit)
Order.result::Err: (enum)
Order.result::Err.0::Guest: unit
Order.result::Err.0::Member: (u64)
Order.result::Err.0::Company: struct
Order.result::Err.0::Company.name: string
Order.result::Err.0::Company.vat: option<string>
Order.marker: unit struct
Order.newtype: option<f64>
";
    assert_eq!(Text::of::<Order>().to_string(), expected);
    assert_eq!(Text::named::<u64>("shop.ChargeCard reply").to_string(), "shop.ChargeCard reply: u64\n");
}

/// What is said of a change, and who reads what: with names, and without.
fn changes<T: Schema>(expected: &[(&str, [(bool, bool); 2])]) {
    let (was, now) = (Text::of::<was::ChargeCard>().to_string(), Text::of::<T>().to_string());
    let found = compare(&was, &now).unwrap();
    let reads = |change: &Change<'_>, named| {
        let Reads { old, by_old } = change.under(named);
        assert_eq!(change.under(named).is_breaking(), !(old && by_old));
        (old, by_old)
    };
    let found: Vec<_> =
        found.iter().map(|change| (change.to_string(), [reads(change, true), reads(change, false)])).collect();
    let expected: Vec<_> = expected.iter().map(|(said, reads)| (said.to_string(), *reads)).collect();
    assert_eq!(found, expected);
}

const YES: (bool, bool) = (true, true);
const NO: (bool, bool) = (false, false);
const NEW_READS_OLD: (bool, bool) = (true, false);
const OLD_READS_NEW: (bool, bool) = (false, true);

#[test]
fn changes_are_named_and_classed() {
    changes::<was::ChargeCard>(&[]);
    changes::<wider::ChargeCard>(&[("ChargeCard.cents: u32 became i64", [NO, NO])]);
    changes::<reordered::ChargeCard>(&[(
        "ChargeCard: fields reordered: cents, card, by became card, cents, by",
        [YES, NO],
    )]);
    changes::<inserted::ChargeCard>(&[("ChargeCard.by: variant Voucher inserted before Member", [NEW_READS_OLD, NO])]);
    changes::<appended::ChargeCard>(&[
        ("ChargeCard.by: variant Nobody added at the end", [NEW_READS_OLD, NEW_READS_OLD]),
        ("ChargeCard: field note added at the end, optional", [YES, NO]),
    ]);
    changes::<removed::ChargeCard>(&[
        ("ChargeCard: field card removed", [NEW_READS_OLD, NO]),
        ("ChargeCard.by: variant Guest removed", [OLD_READS_NEW, NO]),
        ("ChargeCard.by::Company: field vat removed", [YES, NO]),
    ]);
    changes::<renamed::ChargeCard>(&[
        ("ChargeCard: field cents removed", [NEW_READS_OLD, NO]),
        ("ChargeCard: field amount inserted before card", [OLD_READS_NEW, NO]),
    ]);
}

#[test]
fn contracts_are_texts_one_behind_the_other() {
    let was = "# a contract\n\nshop.Charge: struct\nshop.Charge.cents: u32\nshop.Refund: struct\nshop.Refund.id: u8\n";
    let now = "shop.Charge: struct\nshop.Charge.cents: u32\nshop.Void: struct\nshop.Void.id: u8\n";
    let found = compare(was, now).unwrap();
    let said: Vec<_> = found.iter().map(|change| (change.to_string(), change.under(true).is_breaking())).collect();
    let expected = [("message shop.Refund removed", true), ("message shop.Void added", false)];
    assert_eq!(said, expected.map(|(said, breaking)| (said.to_owned(), breaking)));
    assert_eq!(found[1].part, Part::Message);
    assert!(matches!(found[1].what, What::Added { optional: false, before: None }));

    // One of another type: its inside is not listed again.
    let now = was.replace("Refund: struct\nshop.Refund.id: u8", "Refund: enum\nshop.Refund::One: unit");
    let said: Vec<_> = compare(was, &now).unwrap().iter().map(ToString::to_string).collect();
    assert_eq!(said, ["shop.Refund: struct became enum"]);
}

#[test]
fn a_text_that_is_none_is_refused() {
    assert_eq!(compare("A: u8\n<<<<<<< ours\n", "A: u8\n"), Err(NoSchema { line: 2 }));
    assert_eq!(
        NoSchema { line: 2 }.to_string(),
        "line 2 is no line of a schema, `Type.field: type`; write the text anew"
    );
}
