//! A copy of a store's file, with messages in it that the file itself may have sent.

use catga::prelude::*;
use catga::store::{Durable, Store};

use crate::bank::{Bank, Book, Main, Then, accounts, backlog};

fn open(path: &std::path::Path) -> Bank {
    let options = Store::<Main>::options().max_age(std::time::Duration::from_secs(120));
    Bank::new(Store::with(Durable::open(path).unwrap(), options).unwrap())
}

/// Its relay says that it waits, and begins when an operator has confirmed it; commands are handled all the time.
#[tokio::test]
async fn a_relay_of_a_copied_store_waits_until_it_is_confirmed() {
    let folder = tempfile::tempdir().unwrap();
    let (path, copied) = (folder.path().join("a.store"), folder.path().join("b.store"));
    let bank = open(&path);
    bank.send(Book::new(1, 10, Then::Answer)).await.unwrap();
    drop(bank);
    std::fs::copy(&path, &copied).unwrap();

    let bank = open(&copied);
    let (relay, stop) = (Relay::new(&bank.db), Cancel::new());
    let operator = async {
        while relay.stats().unconfirmed == 0 {
            tokio::task::yield_now().await;
        }
        bank.send(Book::new(2, 20, Then::Answer)).await.unwrap();
        assert_eq!((accounts(&bank.db).await.len(), backlog(&bank.db)), (2, 2), "it takes in");
        assert_eq!((relay.stats().delivered, relay.stats().store_errors), (0, 0));
        bank.db.confirm().await.unwrap();
        let mut head = bank.db.head();
        while backlog(&bank.db) > 0 {
            head.changed().await.unwrap();
        }
        stop.cancel();
    };
    tokio::join!(relay.run::<Bank, _>(&bank, &stop), operator);
    let mut heard = std::mem::take(&mut *bank.ledger.sums.lock().unwrap());
    heard.sort_unstable();
    assert_eq!(heard, [(1, 10), (2, 20)]);
}
