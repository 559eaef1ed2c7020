//! What a client is told where the store refuses: a status, and what to do.

use std::time::Duration;

use catga::error::Classify as _;
use catga::prelude::*;
use catga::store::{Idempotency, Memory, Store, StoreError, Table};
use catga::time::SystemRandom;

use crate::refused;

const ROWS: Table<u8, u8> = Table::new("rows");

fn told(error: StoreError) -> (u16, String) {
    let failure = Failure::from_error(error);
    (refused::status(&failure).as_u16(), refused::text(&failure))
}

fn store() -> Store {
    Store::new(Memory::new(&SystemRandom)).unwrap()
}

#[tokio::test]
async fn a_conflict_says_that_nothing_happened() {
    let db = store();
    let (mut one, mut two) = (db.begin().unwrap(), db.begin().unwrap());
    for tx in [&mut one, &mut two] {
        ROWS.get(tx, &1).await.unwrap();
        ROWS.put(tx, &1, &1).unwrap();
    }
    one.commit().await.unwrap();
    let (status, text) = told(two.commit().await.unwrap_err());
    assert_eq!(status, 409);
    assert!(text.ends_with("nothing happened: send it again"), "{text}");
}

#[tokio::test]
async fn a_request_in_progress_says_when_to_ask_again() {
    let (db, keys) = (store(), Idempotency::new("PlaceOrder").lease(Duration::from_secs(900)));
    keys.claim(&db, b"key", 1, 1).await.unwrap();
    let error = keys.claim(&db, b"key", 1, 2).await.unwrap_err();
    assert!(error.retry_after().is_some_and(|after| after > Duration::from_secs(600)), "{:?}", error.retry_after());
    let (status, text) = told(error);
    assert_eq!(status, 409);
    assert!(text.contains("ask again"), "{text}");
}

#[test]
fn a_store_that_is_overloaded_says_to_come_back() {
    let db: Store = Store::with(Memory::new(&SystemRandom), Store::<()>::options().most_waiting(0)).unwrap();
    let (status, text) = told(db.begin().unwrap_err());
    assert_eq!(status, 503);
    assert!(text.contains("try again later"), "{text}");
}

#[test]
fn an_unknown_outcome_says_to_ask_under_the_same_key() {
    let failure = Failure::with_source("catga.store.unknown", Class::Unknown, "the disk did not answer");
    assert_eq!(refused::status(&failure).as_u16(), 500);
    let text = refused::text(&failure);
    assert!(text.contains("under the same Idempotency-Key"), "{text}");
}
