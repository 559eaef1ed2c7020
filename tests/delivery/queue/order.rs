//! B: messages of one key are handled in their order, whatever happens to them.

use std::time::Duration;

use catga::delivery::OUTBOX;
use catga::prelude::*;
use catga::store::outbox::KeyState;
use catga::store::port::Drains;
use catga_tests::scenarios;

use super::super::world::counting;
use super::shop::{Plan, SOUND, crash, lines, shop, work};

scenarios! { 6:
    b1_fifo_per_key
    b2_order_is_kept_under_retry
    b3_order_is_kept_when_concurrency_changes
    b4_order_is_kept_after_a_crash
    b5_a_poisoned_key_does_not_hold_up_others
    b6_one_transactions_messages_keep_their_order
}

async fn b1_fifo_per_key() {
    let (_place, db, clock) = counting().await;
    let app = shop(&db, &clock, SOUND);
    for number in 0..64 {
        app.put((0..16).map(|line| work(line, number))).await;
    }
    app.drain().await;
    assert_eq!(app.all_in_order(16, 64), 0);
}

async fn b2_order_is_kept_under_retry() {
    let (_place, db, clock) = counting().await;
    let plan: Plan = |work, attempt| ((work.line + work.number) % 5 == 0 && attempt < 4).then_some(Class::Transient);
    let app = shop(&db, &clock, plan);
    app.put(lines(8, 12)).await;
    app.drain().await;
    assert_eq!(app.all_in_order(8, 12), 0);
}

async fn b3_order_is_kept_when_concurrency_changes() {
    let (_place, db, clock) = counting().await;
    let app = shop(&db, &clock, SOUND);
    app.put(lines(12, 10)).await;
    for (concurrency, until) in [(1, 20), (12, 80), (2, 120)] {
        let relay = app.relay().concurrency(concurrency);
        app.run(&relay, |app| app.done() >= until).await;
    }
    assert_eq!(app.all_in_order(12, 10), 0);
}

async fn b4_order_is_kept_after_a_crash() {
    let (_place, db, clock) = counting().await;
    let app = shop(&db, &clock, SOUND);
    for round in 0..3 {
        app.put((round * 10..round * 10 + 10).flat_map(|number| (0..6).map(move |line| work(line, number)))).await;
        crash(&app, &app.relay()).await;
        clock.advance(Duration::from_secs(30));
        let many = app.done() + 20;
        app.run(&app.relay(), |app| app.done() >= many).await;
    }
    app.drain().await;
    assert_eq!(app.all_in_order(6, 30), 0, "what was standing still had not begun");
}

async fn b5_a_poisoned_key_does_not_hold_up_others() {
    let (_place, db, clock) = counting().await;
    let app = shop(&db, &clock, |work, _| (work.line == 3 && work.number == 1).then_some(Class::Permanent));
    app.put(lines(5, 4)).await;
    let relay = app.relay();
    app.run(&relay, |app| app.done() == 17 && relay.stats().given_up == 1).await;
    let parked = Drains::key_states(&db, &OUTBOX, None, 10).await.unwrap();
    assert!(matches!(&parked[..], [key] if key.state == KeyState::Parked && key.attempts == 1), "{parked:?}");
    assert_eq!(relay.backlog().await.unwrap(), 3, "the poisoned one and what is behind it");
}

async fn b6_one_transactions_messages_keep_their_order() {
    let (_place, db, clock) = counting().await;
    let app = shop(&db, &clock, SOUND);
    app.put((0..200).map(|number| work(0, number))).await;
    app.drain().await;
    assert_eq!(app.all_in_order(1, 200), 0);
}
