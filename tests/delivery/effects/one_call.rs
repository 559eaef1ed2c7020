//! Of several attempts at once one calls.

use std::pin::pin;

use catga::error::Classify as _;
use catga::prelude::*;
use catga_tests::{scenarios, until};
use futures_util::future::join_all;

use super::super::world::counting;
use super::gateway::Does;
use super::shop::{LEASE, Policy, Shop, attempt, over, pay, shop};

scenarios! { 3:
    a_call_that_takes_long_is_not_taken_over
    who_stood_still_has_lost_it
    of_attempts_in_two_processes_one_calls
}

/// Until it is known, at this time, that the call goes on, and its attempt was answered so: who asks has the one
/// connection after it.
async fn renewed(app: &Shop) {
    loop {
        let told = app.send_with(pay(Policy::Park), attempt(7)).await.unwrap_err();
        assert_eq!(told.code(), "catga.store.in_progress");
        if told.retry_after() == Some(LEASE) {
            break;
        }
    }
}

async fn a_call_that_takes_long_is_not_taken_over() {
    let (place, _, clock) = counting().await;
    let app = over(place.alone(&clock).await, clock);
    app.payments.gateway.will([Does::Waits]);
    let mut first = pin!(app.send_with(pay(Policy::Park), attempt(7)));
    until(&mut first, app.payments.gateway.called()).await;
    for _ in 0..19 {
        app.clock.advance(LEASE / 2);
        until(&mut first, renewed(&app)).await;
    }
    app.payments.gateway.go_on.notify_one();
    assert_eq!(first.await, Ok(1));
    assert_eq!(app.send_with(pay(Policy::Park), attempt(7)).await, Ok(1));
    assert_eq!(app.payments.gateway.calls(), 1);
}

async fn who_stood_still_has_lost_it() {
    let (_place, app) = shop().await;
    // Its process stands still for longer than its lease, and then goes on.
    app.payments.gateway.will([Does::Waits]);
    let mut slow = pin!(app.send_with(pay(Policy::Retry), attempt(7)));
    until(&mut slow, app.payments.gateway.called()).await;
    app.clock.advance(LEASE * 2);
    assert_eq!(app.send_with(pay(Policy::Retry), attempt(7)).await, Ok(1));
    let told = slow.await.unwrap_err();
    assert_eq!((told.code(), told.class()), ("catga.store.in_progress", Class::Transient));
    assert_eq!(app.send_with(pay(Policy::Retry), attempt(7)).await, Ok(1));
    assert_eq!(app.payments.gateway.charged.lock().unwrap().len(), 1);
}

async fn of_attempts_in_two_processes_one_calls() {
    let (place, app) = shop().await;
    let other = over(place.at(&app.clock).await, app.clock.clone());
    for id in 1..=5 {
        let nodes = [&app, &other];
        let attempts = (0..8).map(|n| nodes[n % 2].send_with(pay(Policy::Park), attempt(id)));
        for told in join_all(attempts).await {
            // Who was not first is told so, whether the first has ended or not.
            assert!(told.is_ok() || told.unwrap_err().class() != Class::Permanent);
        }
        app.send_with(pay(Policy::Park), attempt(id)).await.unwrap();
    }
    assert_eq!(app.payments.gateway.calls() + other.payments.gateway.calls(), 5, "one for each message");
}
