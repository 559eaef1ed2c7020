//! What a type is made of, as a number: what is stored beside bytes that do not say it.

use std::collections::{BTreeMap, HashMap};
use std::num::NonZeroU32;
use std::time::Duration;

use catga::codec::{Decode, Json, Postcard, outline};
use serde::{Deserialize, Serialize};

fn of<T: for<'de> Deserialize<'de>>() -> u32 {
    <Postcard as Decode<'_, T>>::outline()
}

macro_rules! types {
    ($($module:ident { $($item:item)* })*) => {$(
        #[allow(dead_code)]
        mod $module {
            use serde::{Deserialize, Serialize};
            $(#[derive(Serialize, Deserialize)] $item)*
        }
    )*};
}

types! {
    was { pub struct Charge { pub cents: u32, pub card: String } pub enum Way { Card(u32), Cash, Note { bank: u8 } } }
    same { pub struct Bill { pub cents: u32, pub card: String } pub enum Means { Card(u32), Cash, Note { bank: u8 } } }
    reordered { pub struct Charge { pub card: String, pub cents: u32 } pub enum Way { Cash, Card(u32), Note { bank: u8 } } }
    widened { pub struct Charge { pub cents: i64, pub card: String } pub enum Way { Card(u64), Cash, Note { bank: u8 } } }
    renamed { pub struct Charge { pub pence: u32, pub card: String } pub enum Way { Card(u32), Coins, Note { bank: u8 } } }
    longer {
        pub struct Charge { pub cents: u32, pub card: String, pub note: Option<u8> }
        pub enum Way { Card(u32), Cash, Note { bank: u8 }, Gift }
    }
    deeper { pub struct Charge { pub cents: u32, pub card: Option<String> } pub enum Way { Card(u32), Cash, Note { bank: u16 } } }
}

#[test]
fn what_reads_other_values_has_another() {
    let charges = [
        of::<was::Charge>(),
        of::<reordered::Charge>(),
        of::<widened::Charge>(),
        of::<renamed::Charge>(),
        of::<longer::Charge>(),
        of::<deeper::Charge>(),
    ];
    let ways = [
        of::<was::Way>(),
        of::<reordered::Way>(),
        of::<widened::Way>(),
        of::<renamed::Way>(),
        of::<longer::Way>(),
        of::<deeper::Way>(),
    ];
    for all in [charges, ways] {
        let distinct: std::collections::BTreeSet<u32> = all.into_iter().collect();
        assert_eq!(distinct.len(), all.len(), "{all:?}");
        assert!(!distinct.contains(&0), "which would be none");
    }
    assert_ne!(of::<(u8, u16)>(), of::<(u16, u8)>());
    assert_ne!(of::<Vec<u8>>(), of::<Vec<u16>>());
    assert_ne!(of::<HashMap<u8, u16>>(), of::<HashMap<u8, u8>>());
    assert_ne!(of::<Option<was::Way>>(), of::<Option<widened::Way>>(), "also within another");
}

#[test]
fn what_reads_the_same_has_the_same() {
    assert_eq!(of::<was::Charge>(), of::<same::Bill>(), "types may have other names");
    assert_eq!(of::<was::Way>(), of::<same::Means>());
    assert_eq!(of::<was::Charge>(), of::<Box<was::Charge>>());
    assert_eq!(of::<BTreeMap<u8, u8>>(), of::<HashMap<u8, u8>>());
    assert_eq!(of::<String>(), of::<Box<str>>());
    for _ in 0..3 {
        assert_eq!(of::<was::Way>(), of::<was::Way>());
    }
}

/// It is part of itself.
#[derive(Serialize, Deserialize)]
enum Tree {
    Node(Box<Tree>, Vec<Tree>),
    Leaf(u32),
}

#[derive(Serialize, Deserialize)]
struct List {
    next: Option<Box<List>>,
    last: NonZeroU32,
    after: Duration,
}

/// It takes nothing that is made up.
#[derive(Serialize)]
struct Even(u32);

impl<'de> Deserialize<'de> for Even {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        match u32::deserialize(deserializer)? {
            odd if odd % 2 == 1 => Err(serde::de::Error::custom("odd")),
            even => Ok(Self(even)),
        }
    }
}

#[test]
fn whatever_a_type_is_like_there_is_an_end() {
    assert_ne!(of::<Tree>(), of::<List>());
    assert_eq!(of::<Tree>(), of::<Tree>());
    assert_ne!(of::<(u8, Even)>(), of::<(u16, Even)>(), "seen as far as what refuses");
}

/// Takes one text, as a date or an address does.
macro_rules! texts {
    ($($name:ident $text:literal)*) => {$(
        #[derive(Serialize)]
        struct $name;

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                match String::deserialize(deserializer)?.as_str() {
                    $text => Ok(Self),
                    other => Err(serde::de::Error::custom(other)),
                }
            }
        }
    )*};
}

texts! {
    Time "2000-01-01T00:00:00Z"
    Host "127.0.0.1"
    Odd "nobody makes this up"
}

/// Takes 16 bytes, as an id does.
#[derive(Serialize)]
struct Uuid;

impl<'de> Deserialize<'de> for Uuid {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let bytes: &serde_bytes::Bytes = Deserialize::deserialize(deserializer)?;
        if bytes.len() == 16 { Ok(Self) } else { Err(serde::de::Error::invalid_length(bytes.len(), &"16")) }
    }
}

/// It begins before it ends.
#[derive(Serialize, Deserialize)]
#[serde(try_from = "(u32, u32)")]
#[allow(dead_code)]
struct Span(u32, u32);

impl TryFrom<(u32, u32)> for Span {
    type Error = &'static str;

    fn try_from((begin, end): (u32, u32)) -> Result<Self, &'static str> {
        if begin < end { Ok(Self(begin, end)) } else { Err("it ends before it begins") }
    }
}

#[test]
fn what_stands_behind_a_part_that_is_choosy_is_seen() {
    assert_ne!(of::<(Time, u32)>(), of::<(Time, i32)>());
    assert_ne!(of::<(Host, u32)>(), of::<(Host, i32)>());
    assert_ne!(of::<(Uuid, u32)>(), of::<(Uuid, i32)>());
    assert_ne!(of::<(Span, u32)>(), of::<(Span, i32)>());
    assert_ne!(of::<(Time, Uuid, Vec<(Host, Span)>, u8)>(), of::<(Time, Uuid, Vec<(Host, Span)>, u16)>());
    assert_ne!(of::<([[Time; 32]; 8], u8)>(), of::<([[Time; 32]; 8], u16)>(), "however many there are");
    // It is a text, and nothing in the bytes says which.
    assert_eq!(of::<(Time, u32)>(), of::<(String, u32)>());
    // Where nothing that is made up is taken, it ends.
    assert_eq!(of::<(Odd, u32)>(), of::<(Odd, i32)>());
}

#[derive(Serialize, Deserialize)]
enum Outer<T> {
    First(Inner<u8>),
    Second(Inner<T>),
}

#[derive(Serialize, Deserialize)]
enum Inner<T> {
    Here,
    There { at: T },
    Beyond(Option<T>, u8),
}

/// Its variants have the names of those of another.
#[derive(Serialize, Deserialize)]
enum Twin {
    Here,
    There { at: u64 },
    Beyond(Option<u8>, u8),
}

#[test]
fn all_variants_of_all_enums_are_seen() {
    assert_ne!(of::<Outer<u8>>(), of::<Outer<u16>>(), "in the second variant of an enum within the second of another");
    assert_ne!(of::<(Inner<u8>, Inner<u8>)>(), of::<(Inner<u8>, Inner<u16>)>());
    assert_ne!(
        of::<(Inner<u8>, Twin)>(),
        of::<(Inner<u8>, Inner<u8>)>(),
        "also of those whose variants are called the same"
    );
    assert_ne!(of::<[Option<Outer<u8>>; 3]>(), of::<[Option<Outer<i8>>; 3]>());
}

/// As many variants as the events of a large program have.
macro_rules! many {
    ($($name:ident { $($variant:ident)* })*) => {$(
        #[derive(Serialize, Deserialize)]
        #[allow(dead_code)]
        enum $name<T> {
            $($variant { at: u8 },)*
            Last(T),
        }
    )*};
}

many! {
    Many { A B C D E F G H I J K L M N O P Q R S T U V W X }
    More { AA AB AC AD AE AF AG AH AI AJ AK AL AM AN AO AP AQ AR AS AT AU AV AW AX }
    Most { BA BB BC BD BE BF BG BH BI BJ BK BL BM BN BO BP BQ BR BS BT BU BV BW BX }
}

#[test]
fn enums_within_enums_are_seen_however_many_variants_each_of_them_has() {
    assert_ne!(of::<Many<More<u8>>>(), of::<Many<More<u16>>>(), "the last of 25 within the last of 25");
    assert_ne!(of::<Many<More<Most<u8>>>>(), of::<Many<More<Most<u16>>>>());
    assert_ne!(of::<Many<Many<u8>>>(), of::<Many<Many<u16>>>(), "which is another type, by the same names");
    assert_ne!(of::<(Tree, Many<u8>)>(), of::<(Tree, Many<u16>)>(), "and behind what is part of itself");
    assert_ne!(of::<Many<Tree>>(), of::<Many<List>>());
}

/// As deep as one likes, and both ways.
#[derive(Serialize, Deserialize)]
struct Wide {
    left: Option<Box<Wide>>,
    right: Option<Box<Wide>>,
    next: Vec<Wide>,
}

#[test]
fn what_stands_behind_a_type_that_is_part_of_itself_is_seen() {
    assert_ne!(of::<(Tree, u32)>(), of::<(Tree, i32)>());
    assert_ne!(of::<(Wide, u32)>(), of::<(Wide, i32)>());
    assert_ne!(of::<(Tree, Wide, List, u32)>(), of::<(Tree, Wide, List, i32)>());
}

/// Numbers that programs of other builds and machines have, too: a change of these is a change of what is on the wire and
/// in stores.
#[test]
fn it_is_the_same_in_every_build() {
    let numbers = [
        of::<was::Charge>(),
        of::<was::Way>(),
        of::<Outer<u8>>(),
        of::<(Tree, u32)>(),
        of::<(Time, Uuid, Span)>(),
        of::<Many<More<u8>>>(),
    ];
    assert_eq!(
        numbers.map(|number| format!("{number:08x}")),
        ["b0e78e9b", "8fe49c4d", "50f86dae", "4d352340", "e2c39794", "07220400"]
    );
    assert_eq!(of::<was::Charge>(), outline::<was::Charge>());
}

#[test]
fn a_format_with_names_has_none() {
    assert_eq!(<Json as Decode<'_, was::Charge>>::outline(), 0);
}
