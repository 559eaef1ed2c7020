//! What a type is made of, as a number: what is stored beside bytes that do not say it.

use std::collections::{BTreeMap, HashMap};
use std::num::NonZeroU32;
use std::time::Duration;

use catga::codec::{Decode, Json, Postcard};
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

#[test]
fn a_format_with_names_has_none() {
    assert_eq!(<Json as Decode<'_, was::Charge>>::outline(), 0);
}
