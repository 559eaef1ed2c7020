use std::collections::HashSet;
use std::sync::Arc;

use catga::id::{Id, Ids, NoIds, RandomIds, Snowflake};
use catga::testing::{SeededRandom, VirtualClock};
use catga::time::{NoRandom, Random};

/// The smallest number, always.
struct Zero;

impl Random for Zero {
    fn next(&self) -> u64 {
        0
    }
}

#[test]
fn an_id_is_a_number_and_is_written_in_decimal() {
    let id = Id::new(18_446_744_073_709_551_615);
    assert_eq!(id.to_string(), "18446744073709551615");
    assert_eq!(Id::from(id.get()), id);
    assert!(Id::NIL.is_nil() && !id.is_nil());
    assert_eq!(Id::default(), Id::NIL);
}

#[test]
fn no_ids_are_nil() {
    assert_eq!(NoIds.next(&VirtualClock::new(), &Zero).unwrap(), Id::NIL);
}

#[test]
fn random_ids_are_never_nil_and_fit_a_signed_column() {
    let clock = VirtualClock::new();
    assert!(!RandomIds.next(&clock, &Zero).unwrap().is_nil());
    assert_eq!(RandomIds.next(&clock, &NoRandom).unwrap().get(), i64::MAX as u64);
    let random = SeededRandom::new(1);
    let made: HashSet<Id> = (0..10_000).map(|_| RandomIds.next(&clock, &random).unwrap()).collect();
    assert_eq!(made.len(), 10_000);
}

#[test]
fn a_shared_snowflake_is_one_source() {
    let (clock, random) = (VirtualClock::new(), SeededRandom::new(1));
    let ids = Arc::new(Snowflake::new(3).unwrap());
    let other = Arc::clone(&ids);
    let first = Ids::next(&ids, &clock, &random).unwrap();
    let second = Ids::next(&&*other, &clock, &random).unwrap();
    assert!(first < second);
}
