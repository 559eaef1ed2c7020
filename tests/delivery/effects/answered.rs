//! An answer is given to every attempt, for as long as it is kept.

use std::time::Duration;

use catga::envelope::{Headers, WireKey};
use catga::error::Classify as _;
use catga::id::Id;
use catga::prelude::*;
use catga_tests::{Trouble, pass, scenarios};

use super::super::world::{ONE_WRITER, counted};
use super::gateway::Does;
use super::shop::{Book, CHARGE, Order, Pay, Policy, attempt, key_of, open, pay, shop};

scenarios! { 7:
    an_answer_is_given_to_every_attempt
    an_answer_outlives_the_transaction
    a_key_is_the_same_whoever_sends
    a_callers_own_key_names_the_effect
    another_request_is_refused
    parts_are_effects_of_their_own
    answers_are_forgotten_after_the_retention
}

async fn an_answer_is_given_to_every_attempt() {
    let (_place, app) = shop().await;
    for _ in 0..3 {
        assert_eq!(app.send_with(pay(Policy::Park), attempt(7)).await, Ok(1));
    }
    assert_eq!(app.send_with(pay(Policy::Park), attempt(8)).await, Ok(2), "another message");
    let keys = app.payments.gateway.keys();
    assert_eq!(keys, [key_of(&app, "0000000000000007").await, key_of(&app, "0000000000000008").await]);
    assert!(open(&app).await.is_empty());
}

async fn an_answer_outlives_the_transaction() {
    let (_place, app) = shop().await;
    let (booked, _) = pass(&app.clock, app.send(Book { failing: 2 })).await;
    if ONE_WRITER {
        // It would wait for itself.
        assert_eq!(booked.unwrap_err().code(), "catga.store.nested");
        assert_eq!((app.books.gateway.calls(), counted(&app.db).await), (0, vec![]));
        return;
    }
    assert_eq!(booked, Ok(()));
    assert_eq!(app.books.gateway.calls(), 1, "three attempts, and one charge");
    assert_eq!(counted(&app.db).await, [(1, 1)]);
}

async fn a_key_is_the_same_whoever_sends() {
    let (_place, app) = shop().await;
    let (ordered, _) = pass(&app.clock, app.send_with(Order { failing: 2 }, attempt(9))).await;
    assert_eq!(ordered, Ok(()));
    let ids = app.payments.ids.lock().unwrap().clone();
    assert!(ids.len() == 3 && ids.iter().all(|id| *id == ids[0]), "what is sent again is the same message: {ids:?}");
    assert_eq!(app.payments.gateway.keys(), [key_of(&app, "0000000000000009").await]);
}

async fn a_callers_own_key_names_the_effect() {
    let (_place, app) = shop().await;
    let headers = [("idempotency-key", "order-7")];
    let named = || Call::new().headers(Headers::of(&headers));
    for id in [1, 2] {
        assert_eq!(app.send_with(pay(Policy::Park), named().id(Id::new(id))).await, Ok(1));
    }
    let of = |message: &str| format!("{:016x}=order-7", WireKey::of(message).0);
    assert_eq!(app.payments.gateway.keys(), [key_of(&app, &of("Pay")).await]);
    // The same name of another message is another request.
    let (ordered, _) = pass(&app.clock, app.send_with(Order { failing: 1 }, named().id(Id::new(4)))).await;
    assert_eq!(ordered, Ok(()));
    assert_eq!(app.payments.gateway.keys(), [key_of(&app, &of("Pay")).await, key_of(&app, &of("Order")).await]);
    // It is the caller's of the first message, and says nothing of what follows in another process.
    assert_eq!(app.send_with(pay(Policy::Park), named().id(Id::new(3)).causation(Id::new(1))).await, Ok(3));
}

async fn another_request_is_refused() {
    let (_place, app) = shop().await;
    app.send_with(pay(Policy::Park), attempt(7)).await.unwrap();
    let told = app.send_with(Pay { cents: 1, ..pay(Policy::Park) }, attempt(7)).await.unwrap_err();
    assert_eq!((told.code(), told.class()), ("catga.store.mismatch", Class::Permanent));
    assert_eq!(app.payments.gateway.calls(), 1);
}

async fn parts_are_effects_of_their_own() {
    let (_place, app) = shop().await;
    app.send_with(pay(Policy::Park), attempt(7)).await.unwrap();
    let second = Pay { cents: 1, part: 1, ..pay(Policy::Park) };
    for _ in 0..2 {
        assert_eq!(app.send_with(second, attempt(7)).await, Ok(2));
    }
    let keys = app.payments.gateway.keys();
    assert!(keys.len() == 2 && keys[0] != keys[1], "{keys:?}");
}

async fn answers_are_forgotten_after_the_retention() {
    let (_place, app) = shop().await;
    let kept = CHARGE.retention(Duration::from_secs(60));
    app.send_with(pay(Policy::Park), attempt(7)).await.unwrap();
    app.payments.gateway.will([Does::Fails(Trouble::Lost)]);
    app.send_with(pay(Policy::Park), attempt(8)).await.unwrap_err();
    app.clock.advance(Duration::from_secs(60));
    assert_eq!(kept.trim(&app.db, 10).await.unwrap(), 0, "not before");
    app.clock.advance(Duration::from_secs(1));
    assert_eq!(kept.trim(&app.db, 10).await.unwrap(), 1);
    assert_eq!(open(&app).await.len(), 1, "what has no answer stays");
    app.send_with(pay(Policy::Park), attempt(7)).await.unwrap();
    assert_eq!(app.payments.gateway.calls(), 3);
}
