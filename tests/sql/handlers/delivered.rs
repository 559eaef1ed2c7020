//! What is delivered after a commit.

use catga::delivery::OUTBOX;
use catga::prelude::*;
use catga_tests::scenarios;

use super::super::world::timed;
use super::books::{Bank, BankError, Then, accounts, attempts, book, drain, heard, open};

scenarios! { 3:
    f1_f2_a_commit_emits_and_a_rollback_does_not
    f3_another_node_delivers_what_a_vanished_one_committed
    f5_two_relays_deliver_each_message_once
}

async fn f1_f2_a_commit_emits_and_a_rollback_does_not() {
    let (_place, db) = open().await;
    let bank = Bank::new(db);
    for _ in 0..3 {
        bank.send(book(1, 5, Then::Answer)).await.unwrap();
        assert_eq!(bank.send(book(1, 7, Then::Decline)).await, Err(BankError::Declined.into()));
    }
    assert_eq!((accounts(&bank.db).await, attempts(&bank.db).await), (vec![(1, 15)], 3));
    assert_eq!(bank.db.backlog(&OUTBOX).await.unwrap(), 3);
    let relay = Relay::new(&bank.db);
    drain(&relay, &bank, &bank.db).await;
    assert_eq!(*bank.ledger.sums.lock().unwrap(), [(1, 5), (1, 10), (1, 15)]);
    assert_eq!((heard(&bank.db).await, relay.stats().delivered), (vec![1; 3], 3));
}

async fn f3_another_node_delivers_what_a_vanished_one_committed() {
    let (place, db) = open().await;
    let before = Bank::new(db);
    before.send(book(1, 5, Then::Answer)).await.unwrap();
    before.db.pool().close().await;
    drop(before);
    let after = Bank::new(place.node(4, timed()).await);
    drain(&Relay::new(&after.db), &after, &after.db).await;
    assert_eq!(heard(&after.db).await, [1]);
}

async fn f5_two_relays_deliver_each_message_once() {
    let (place, db) = open().await;
    let bank = Bank::new(db);
    for number in 0..60 {
        bank.send(book(number % 20, 1, Then::Answer)).await.unwrap();
    }
    let other = Bank::new(place.node(4, timed()).await);
    let (one, two) = (Relay::new(&bank.db).concurrency(4), Relay::new(&other.db).concurrency(4));
    let stop = Cancel::new();
    let waiting = async {
        let mut heads = [&bank.db, &other.db].map(catga::store::Transacts::head);
        while bank.db.backlog(&OUTBOX).await.unwrap() > 0 {
            let [one, two] = &mut heads;
            futures_util::future::select(Box::pin(one.changed()), Box::pin(two.changed())).await;
        }
        stop.cancel();
    };
    let (one, two, ()) = tokio::join!(one.run::<Bank, _>(&bank, &stop), two.run::<Bank, _>(&other, &stop), waiting);
    assert_eq!((one.delivered + two.delivered, one.lost + two.lost), (60, 0));
    assert_eq!(heard(&bank.db).await, [1; 60]);
    for node in [&bank, &other] {
        for account in 0..20 {
            let sums = node.ledger.sums.lock().unwrap();
            let of: Vec<i64> = sums.iter().filter(|(at, _)| *at == account).map(|(_, sum)| *sum).collect();
            assert!(of.is_sorted(), "out of order: {of:?}");
        }
    }
}
