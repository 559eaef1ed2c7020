//! How long the lock is held, and what becomes of a holder who has lost it.

use std::pin::pin;

use catga::error::Classify as _;
use catga::prelude::*;
use catga::store::port::{Leases, Transacts as _, Writes as _};
use catga_tests::{scenarios, until};

use super::super::world::{ONE_WRITER, count, counted, counting};
use super::office::{Count, LEASE, Office, Then, office, over, taken, work};

scenarios! { 6:
    held_as_long_as_the_handler_runs
    a_renewal_does_not_disturb_a_transaction
    a_lost_lock_ends_the_handler
    a_lost_lock_ends_what_the_handler_has_sent
    a_fence_refuses_a_late_commit
    a_lock_that_is_lost_and_taken_again_is_not_the_old_one
}

/// Until its holder has renewed it, at this time, and was answered so: who asks after him has the one connection after
/// him.
async fn renewed(app: &Office, item: u8) {
    while taken(app, item).await.unwrap_err().retry_after() != Some(LEASE) {}
}

async fn held_as_long_as_the_handler_runs() {
    let (place, _, clock) = counting().await;
    let app = over(place.alone(&clock).await, clock);
    let mut first = pin!(app.send(work(7, Then::Waits)));
    until(&mut first, app.desk().entered()).await;
    for _ in 0..19 {
        app.clock.advance(LEASE / 2);
        until(&mut first, renewed(&app, 7)).await;
    }
    app.desk().go_on.notify_one();
    first.await.unwrap();
    let lease = taken(&app, 7).await.unwrap();
    Leases::release_lease(&app.db, lease).await.unwrap();
}

/// A transaction that has read before the renewal commits after it.
async fn a_renewal_does_not_disturb_a_transaction() {
    let (_place, app) = office().await;
    let mut lease = taken(&app, 7).await.unwrap();
    let mut tx = app.db.begin_tx(&[]).await.unwrap();
    count(&mut tx, 7).await.unwrap();
    // With one writer nobody renews meanwhile.
    if !ONE_WRITER {
        Leases::renew_lease(&app.db, &mut lease, LEASE).await.unwrap();
    }
    tx.guard(&lease).await.unwrap();
    if !ONE_WRITER {
        Leases::renew_lease(&app.db, &mut lease, LEASE).await.unwrap();
    }
    tx.commit_tx().await.unwrap();
    assert_eq!(counted(&app.db).await, [(7, 1)]);
    // And what has lost it does not commit, whether it has read before that or after.
    for is_begun_before in [false, true] {
        if ONE_WRITER && is_begun_before {
            continue;
        }
        let mut early = None;
        if is_begun_before {
            let mut tx = app.db.begin_tx(&[]).await.unwrap();
            count(&mut tx, 7).await.unwrap();
            early = Some(tx);
        }
        Leases::release_lease(&app.db, lease.clone()).await.unwrap();
        let next = taken(&app, 7).await.unwrap();
        let mut tx = match early {
            Some(tx) => tx,
            None => app.db.begin_tx(&[]).await.unwrap(),
        };
        let refused = async {
            tx.guard(&lease).await?;
            tx.commit_tx().await
        };
        assert_eq!(refused.await.unwrap_err().code(), "catga.store.lost");
        lease = next;
    }
    assert_eq!(counted(&app.db).await, [(7, 1)]);
}

async fn a_lost_lock_ends_the_handler() {
    let (_place, app) = office().await;
    let mut first = pin!(app.send(work(7, Then::Listens)));
    until(&mut first, app.desk().entered()).await;
    // It stands still for longer than its lease, and another is faster than its renewal.
    app.clock.advance(LEASE);
    let other = taken(&app, 7).await.unwrap();
    let told = first.await.unwrap_err();
    assert_eq!((told.code(), told.class()), ("catga.delivery.lock_lost", Class::Unknown));
    assert_eq!(app.desk().notes(), ["told"], "once more it was polled");
    // It has not given back what is another's.
    let mut tx = app.db.begin_tx(&[]).await.unwrap();
    tx.guard(&other).await.unwrap();
    count(&mut tx, 1).await.unwrap();
    tx.commit_tx().await.unwrap();
}

async fn loses(app: &Office, holder: impl Future<Output = Result<u64, Error>>, item: u8) {
    let mut holder = pin!(holder);
    until(&mut holder, app.desk().entered()).await;
    app.clock.advance(LEASE);
    let _other = taken(app, item).await.unwrap();
    assert_eq!(holder.await.unwrap_err().code(), "catga.delivery.lock_lost");
    assert_eq!(app.desk().notes(), ["told"]);
}

async fn a_lost_lock_ends_what_the_handler_has_sent() {
    let (_place, app) = office().await;
    loses(&app, app.send(work(7, Then::SendsListener)), 7).await;
    // With one writer nobody takes it while a transaction is open.
    if !ONE_WRITER {
        loses(&app, app.send(Count { item: 8, then: Then::SendsListener }), 8).await;
    }
    assert!(counted(&app.db).await.is_empty());
}

async fn a_fence_refuses_a_late_commit() {
    if ONE_WRITER {
        // Not applicable: nobody takes it while a transaction is open. It waits for that, and comes after it.
        return one_writer_comes_after().await;
    }
    let (_place, app) = office().await;
    let mut first = pin!(app.send(Count { item: 7, then: Then::Waits }));
    until(&mut first, app.desk().entered()).await;
    app.clock.advance(LEASE);
    taken(&app, 7).await.unwrap();
    // It goes on before it asks for its lock again.
    app.desk().go_on.notify_one();
    let refused = first.await.unwrap_err();
    // By the fence; or by its own renewal, where a database has answered that first.
    assert!(["catga.store.lost", "catga.delivery.lock_lost"].contains(&refused.code()), "{refused:?}");
    assert!(counted(&app.db).await.is_empty());
}

async fn one_writer_comes_after() {
    let (_place, app) = office().await;
    let mut first = pin!(app.send(Count { item: 7, then: Then::Waits }));
    until(&mut first, app.desk().entered()).await;
    let mut taking = pin!(taken(&app, 7));
    assert!(catga_tests::poll_once(&mut taking).await.is_pending());
    app.desk().go_on.notify_one();
    // It has its turn behind the commit, and is polled: who gives the lock back has the next.
    let took = async {
        let _taken = taking.await;
        counted(&app.db).await
    };
    let (first, seen) = tokio::join!(first, took);
    first.unwrap();
    assert_eq!(seen, [(7, 1)], "it has committed before anybody could take the lock");
}

async fn a_lock_that_is_lost_and_taken_again_is_not_the_old_one() {
    let (_place, app) = office().await;
    let mut old = taken(&app, 7).await.unwrap();
    app.clock.advance(LEASE * 60);
    // By the same owner.
    let new = taken(&app, 7).await.unwrap();
    assert!(new.claim().fence > old.claim().fence && new.claim().owner == old.claim().owner);
    assert_eq!(Leases::renew_lease(&app.db, &mut old, LEASE).await.unwrap_err().code(), "catga.store.lost");
    assert_eq!(Leases::release_lease(&app.db, old).await.unwrap_err().code(), "catga.store.lost");
    let mut new = new;
    Leases::renew_lease(&app.db, &mut new, LEASE).await.unwrap();
}
