//! Sent, and the answer is not known: parked, or called again, as its policy says.

use catga::delivery::{Effect, unanswered};
use catga::error::Classify as _;
use catga::prelude::*;
use catga::store::ErrorKind;
use catga_tests::{Trouble, scenarios, until};

use super::gateway::Does;
use super::shop::{CHARGE, LEASE, Policy, attempt, killed, later, open, over, pay, shop};

scenarios! { 7:
    without_an_answer_it_is_parked
    what_is_parked_is_parked_for_every_process
    what_is_taken_back_is_no_longer_open
    an_operator_says_that_it_did_not_happen
    what_may_have_happened_is_parked_at_once
    what_did_not_happen_is_called_again
    retried_by_the_same_key
}

async fn without_an_answer_it_is_parked() {
    let (_place, app) = shop().await;
    killed(&app, pay(Policy::Park)).await;
    assert_eq!(open(&app).await.len(), 1);
    let told = app.send_with(pay(Policy::Park), attempt(7)).await.unwrap_err();
    assert_eq!((told.code(), told.class()), ("catga.store.in_progress", Class::Transient));
    assert_eq!(told.retry_after(), Some(LEASE));
    later(&app);
    for _ in 0..2 {
        let told = app.send_with(pay(Policy::Park), attempt(7)).await.unwrap_err();
        assert_eq!((told.code(), told.class()), ("catga.delivery.effect_parked", Class::Unknown));
    }
    assert_eq!(app.payments.gateway.calls(), 1);
    // The operator looks.
    let [parked] = &unanswered(&app.db, None, 10).await.unwrap()[..] else { panic!("one") };
    assert!(parked.is_parked && parked.error.contains("before it was answered"), "{parked:?}");
    assert_eq!(CHARGE.request(parked).unwrap(), 500);
    assert_eq!(CHARGE.key(&app.db, &parked.id).await.unwrap().as_str(), app.payments.gateway.keys()[0]);
    assert!(unanswered(&app.db, Some(&parked.id), 10).await.unwrap().is_empty());
    let other = Effect::<u64, u64>::new("refund").resolve(&app.db, &parked.id, Some(&1)).await;
    assert_eq!(other.unwrap_err().kind(), ErrorKind::Missing);
    CHARGE.resolve(&app.db, &parked.id, Some(&41)).await.unwrap();
    assert_eq!(app.send_with(pay(Policy::Park), attempt(7)).await, Ok(41));
    assert_eq!(app.payments.gateway.calls(), 1);
    assert!(open(&app).await.is_empty());
    let again = CHARGE.resolve(&app.db, &parked.id, None).await;
    assert_eq!(again.unwrap_err().kind(), ErrorKind::Missing, "once");
}

async fn what_is_parked_is_parked_for_every_process() {
    let (place, app) = shop().await;
    killed(&app, pay(Policy::Park)).await;
    later(&app);
    // The one that looks next is another.
    let other = over(place.at(&app.clock).await, app.clock.clone());
    let told = other.send_with(pay(Policy::Park), attempt(7)).await.unwrap_err();
    assert_eq!(told.code(), "catga.delivery.effect_parked");
    let [parked] = &open(&other).await[..] else { panic!("one") };
    assert_eq!(CHARGE.key(&other.db, parked).await.unwrap().as_str(), app.payments.gateway.keys()[0]);
    assert_eq!(other.payments.gateway.calls(), 0);
    CHARGE.resolve(&other.db, parked, Some(&9)).await.unwrap();
    assert_eq!(app.send_with(pay(Policy::Park), attempt(7)).await, Ok(9));
}

async fn what_is_taken_back_is_no_longer_open() {
    let (_place, app) = shop().await;
    app.payments.gateway.will([Does::Waits]);
    let mut first = std::pin::pin!(app.send_with(pay(Policy::Retry), attempt(7)));
    until(&mut first, app.payments.gateway.called()).await;
    let [called] = &open(&app).await[..] else { panic!("one") };
    let early = CHARGE.resolve(&app.db, called, None).await;
    assert_eq!(early.unwrap_err().kind(), ErrorKind::Missing, "it is being called");
    later(&app);
    CHARGE.resolve(&app.db, called, None).await.unwrap();
    assert!(open(&app).await.is_empty());
    app.payments.gateway.go_on.notify_one();
    // Its answer comes too late to be recorded, and is not known.
    assert_eq!(first.await.unwrap_err().class(), Class::Unknown);
    app.payments.gateway.will([Does::Fails(Trouble::Lost)]);
    app.send_with(pay(Policy::Retry), attempt(8)).await.unwrap_err();
    let [unanswered] = &open(&app).await[..] else { panic!("one") };
    CHARGE.resolve(&app.db, unanswered, None).await.unwrap();
    assert!(open(&app).await.is_empty());
}

async fn an_operator_says_that_it_did_not_happen() {
    let (_place, app) = shop().await;
    app.payments.gateway.will([Does::Fails(Trouble::Lost)]);
    app.send_with(pay(Policy::Park), attempt(7)).await.unwrap_err();
    let [parked] = &open(&app).await[..] else { panic!("one") };
    CHARGE.resolve(&app.db, parked, None).await.unwrap();
    assert!(open(&app).await.is_empty());
    assert_eq!(app.send_with(pay(Policy::Park), attempt(7)).await, Ok(1));
    let keys = app.payments.gateway.keys();
    assert_eq!(keys[0], keys[1], "by the same key");
}

async fn what_may_have_happened_is_parked_at_once() {
    let (_place, app) = shop().await;
    app.payments.gateway.will([Does::Fails(Trouble::Lost)]);
    assert_eq!(app.send_with(pay(Policy::Park), attempt(7)).await, Err(Error::Handler(Trouble::Lost)));
    let told = app.send_with(pay(Policy::Park), attempt(7)).await.unwrap_err();
    assert_eq!(told.code(), "catga.delivery.effect_parked");
    assert_eq!(app.payments.gateway.calls(), 1);
    let [parked] = &unanswered(&app.db, None, 10).await.unwrap()[..] else { panic!("one") };
    assert_eq!((parked.error.as_str(), parked.calls), ("Lost", 1));
}

async fn what_did_not_happen_is_called_again() {
    let (_place, app) = shop().await;
    for trouble in [Trouble::Busy, Trouble::Wrong, Trouble::Stale] {
        app.payments.gateway.will([Does::Fails(trouble)]);
        assert_eq!(app.send_with(pay(Policy::Park), attempt(7)).await, Err(Error::Handler(trouble)));
        assert!(open(&app).await.is_empty());
    }
    assert_eq!(app.send_with(pay(Policy::Park), attempt(7)).await, Ok(1));
    assert_eq!(app.payments.gateway.calls(), 4);
}

async fn retried_by_the_same_key() {
    let (_place, app) = shop().await;
    killed(&app, pay(Policy::Retry)).await;
    later(&app);
    app.payments.gateway.will([Does::Fails(Trouble::Lost)]);
    app.send_with(pay(Policy::Retry), attempt(7)).await.unwrap_err();
    // It was told of this, and does not have to wait.
    assert_eq!(app.send_with(pay(Policy::Retry), attempt(7)).await, Ok(1));
    let keys = app.payments.gateway.keys();
    assert!(keys.len() == 3 && keys.iter().all(|key| *key == keys[0]), "{keys:?}");
    assert_eq!(app.payments.gateway.charged.lock().unwrap().len(), 1);
}
