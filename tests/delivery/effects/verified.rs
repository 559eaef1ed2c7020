//! Sent, and the answer is not known: a function finds out whether it has happened.

use catga::prelude::*;
use catga_tests::{Trouble, scenarios};

use super::gateway::Does;
use super::shop::{Policy, attempt, killed, later, open, pay, shop};

scenarios! { 3:
    verified_that_it_happened
    verified_that_it_did_not
    verified_again_where_that_failed
}

async fn verified_that_it_happened() {
    let (_place, app) = shop().await;
    killed(&app, pay(Policy::Verify)).await;
    later(&app);
    assert_eq!(app.send_with(pay(Policy::Verify), attempt(7)).await, Ok(1));
    assert_eq!(app.send_with(pay(Policy::Verify), attempt(7)).await, Ok(1));
    assert_eq!((app.payments.gateway.calls(), *app.payments.gateway.asked.lock().unwrap()), (1, 1));
    assert!(open(&app).await.is_empty());
}

async fn verified_that_it_did_not() {
    let (_place, app) = shop().await;
    app.payments.gateway.will([Does::Fails(Trouble::Lost)]);
    app.send_with(pay(Policy::Verify), attempt(7)).await.unwrap_err();
    assert_eq!(app.send_with(pay(Policy::Verify), attempt(7)).await, Ok(1));
    assert_eq!((app.payments.gateway.calls(), *app.payments.gateway.asked.lock().unwrap()), (2, 1));
}

async fn verified_again_where_that_failed() {
    let (_place, app) = shop().await;
    killed(&app, pay(Policy::Verify)).await;
    later(&app);
    app.payments.gateway.will([Does::Fails(Trouble::Busy)]);
    assert_eq!(app.send_with(pay(Policy::Verify), attempt(7)).await, Err(Error::Handler(Trouble::Busy)));
    assert_eq!(app.send_with(pay(Policy::Verify), attempt(7)).await, Ok(1));
    assert_eq!((app.payments.gateway.calls(), *app.payments.gateway.asked.lock().unwrap()), (1, 2));
}
