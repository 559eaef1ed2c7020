//! How the lock is given back.

use std::pin::pin;

use catga::prelude::*;
use catga_tests::{poll_once, scenarios, until};

use super::super::world::counted;
use super::office::{Count, Then, office, taken, taken_soon, work};

scenarios! { 3:
    whoever_is_dropped_gives_it_back
    a_panic_gives_it_back
    a_callers_cancellation_reaches_the_handler
}

async fn whoever_is_dropped_gives_it_back() {
    let (_place, app) = office().await;
    {
        let mut first = pin!(app.send(work(7, Then::Waits)));
        until(&mut first, app.desk().entered()).await;
        let mut waiting = pin!(app.send(work(7, Then::Waits)));
        assert!(poll_once(&mut waiting).await.is_pending());
        assert!(taken(&app, 7).await.is_err());
    }
    taken_soon(&app, 7).await;
}

async fn a_panic_gives_it_back() {
    let (_place, app) = office().await;
    let panicking = std::panic::AssertUnwindSafe(app.send(work(7, Then::Panics)));
    assert!(futures_util::FutureExt::catch_unwind(panicking).await.is_err());
    app.send(work(7, Then::Answer)).await.unwrap();
}

async fn a_callers_cancellation_reaches_the_handler() {
    let (_place, app) = office().await;
    for then in [Then::Listens, Then::SendsListener] {
        let cancel = Cancel::new();
        let mut first = pin!(app.send_with(work(7, then), Call::new().cancel(&cancel)));
        until(&mut first, app.desk().entered()).await;
        assert!(app.desk().notes().is_empty());
        cancel.cancel();
        assert!(poll_once(&mut first).await.is_pending(), "it is told, and not cut off");
        assert_eq!(app.desk().notes(), ["told"]);
    }
    let cancel = Cancel::new();
    let mut late = pin!(app.send_with(Count { item: 7, then: Then::Waits }, Call::new().cancel(&cancel)));
    until(&mut late, app.desk().entered()).await;
    cancel.cancel();
    app.desk().go_on.notify_one();
    assert_eq!(late.await, Err(Error::Cancelled));
    assert!(counted(&app.db).await.is_empty(), "what is cancelled does not commit");
}
