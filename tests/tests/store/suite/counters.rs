//! Two tables, and what is done with them all the time.

use catga::store::writer::{Inline, Manual};
use catga::store::{Store, Table, Transaction};

use crate::engines::{Make, options, store};

pub const COUNTERS: Table<u64, u64> = Table::new("counters");
pub const NAMES: Table<String, u64> = Table::new("names");

pub fn inline(make: Make<'_>) -> Store {
    store(make(), options().writer(Inline))
}

pub fn manual(make: Make<'_>) -> (Store, Manual) {
    let writer = Manual::default();
    (store(make(), options().writer(writer.clone())), writer)
}

pub async fn value(store: &Store, key: u64) -> u64 {
    COUNTERS.get(&mut store.begin().unwrap(), &key).await.unwrap().unwrap_or_default()
}

pub async fn add(store: &Store, key: u64, by: u64) -> Transaction {
    let mut tx = store.begin().unwrap();
    let value = COUNTERS.get(&mut tx, &key).await.unwrap().unwrap_or_default();
    COUNTERS.put(&mut tx, &key, &(value + by)).unwrap();
    tx
}

pub async fn put(store: &Store, key: u64, value: u64) {
    let mut tx = store.begin().unwrap();
    COUNTERS.put(&mut tx, &key, &value).unwrap();
    tx.commit().await.unwrap();
}
