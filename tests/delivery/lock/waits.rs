//! Who waits for the lock, and for how long.

use std::pin::pin;
use std::time::Duration;

use catga::error::Classify as _;
use catga::prelude::*;
use catga::store::port::Leases as _;
use catga_tests::{pass, poll_once, scenarios, until};

use super::super::world::counted;
use super::office::{Count, Rent, Then, office, taken_soon, work};

scenarios! { 3:
    who_waits_too_long_is_told_when_to_come_again
    whoever_vanished_holds_it_for_its_lease
    cancelled_while_it_waits
}

async fn who_waits_too_long_is_told_when_to_come_again() {
    let (_place, app) = office().await;
    let rent = |then| app.send(Rent { room: "7".into(), then });
    let mut first = pin!(rent(Then::Waits));
    until(&mut first, app.desk().entered()).await;
    let (told, waited) = pass(&app.clock, rent(Then::Answer)).await;
    let told = told.unwrap_err();
    assert_eq!((told.code(), told.class()), ("catga.store.in_progress", Class::Transient));
    assert!(told.retry_after().is_some());
    assert_eq!(waited, Duration::from_millis(4_990), "shortly before its deadline");
}

async fn whoever_vanished_holds_it_for_its_lease() {
    let (_place, app) = office().await;
    let vanished = app.db.acquire_lease("/07", 1, Duration::from_secs(1)).await.unwrap();
    let (fence, waited) = pass(&app.clock, app.send(work(7, Then::Answer))).await;
    assert!(fence.unwrap() > vanished.claim().fence);
    assert_eq!(waited, Duration::from_secs(1));
}

async fn cancelled_while_it_waits() {
    let (_place, app) = office().await;
    let mut first = pin!(app.send(work(7, Then::Waits)));
    until(&mut first, app.desk().entered()).await;
    let cancel = Cancel::new();
    let mut second = pin!(app.send_with(Count { item: 7, then: Then::Answer }, Call::new().cancel(&cancel)));
    assert!(poll_once(&mut second).await.is_pending());
    cancel.cancel();
    app.desk().go_on.notify_one();
    first.await.unwrap();
    assert_eq!(second.await, Err(Error::Cancelled));
    assert!(counted(&app.db).await.is_empty());
    taken_soon(&app, 7).await;
}
