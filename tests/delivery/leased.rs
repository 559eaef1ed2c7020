//! Work under a lease, on every store. What is around this file is its `world`.

use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use catga::delivery::leased;
use catga::error::Classify as _;
use catga::store::port::{Leases as _, Transacts as _, Writes as _};
use catga::store::{ErrorKind, Lease, StoreError};
use catga_tests::{scenarios, until};
use tokio::sync::{Notify, Semaphore};

use super::lock::office::{LEASE, Office, office, over};
use super::world::{ONE_WRITER, count, counted, counting};

scenarios! { 5:
    one_works_at_a_time
    held_as_long_as_the_work_runs
    lost_it_ends_the_work
    whoever_is_dropped_gives_it_back
    a_fence_refuses_a_late_transaction
}

/// Another process takes it, as soon as it may.
async fn taken(app: &Office) -> Result<Lease, StoreError> {
    app.db.acquire_lease("leader", 1, LEASE * 30).await
}

async fn one_works_at_a_time() {
    let (_place, app) = office().await;
    let app = Arc::new(app);
    let (begun, go_on) = (Arc::new(Semaphore::new(0)), Arc::new(Notify::new()));
    let (of, begins, waits) = (Arc::clone(&app), Arc::clone(&begun), Arc::clone(&go_on));
    // On another thread, as a program's leader is.
    let first = tokio::spawn(async move {
        leased(&*of, &of.db, "leader", LEASE, async |lease, lost| {
            begins.add_permits(1);
            waits.notified().await;
            assert!(!lost.is_cancelled());
            lease.claim().fence
        })
        .await
    });
    begun.acquire().await.unwrap().forget();
    let second = leased(&*app, &app.db, "leader", LEASE, async |_, _| unreachable!("another leads")).await;
    let ErrorKind::InProgress { retry_after } = second.unwrap_err().kind() else { panic!("another has it") };
    assert!(retry_after > Duration::ZERO && retry_after <= LEASE, "{retry_after:?}");
    assert_eq!(leased(&*app, &app.db, "another", LEASE, async |_, _| 7).await.unwrap(), 7);
    go_on.notify_one();
    let fence = first.await.unwrap().unwrap();
    let next = leased(&*app, &app.db, "leader", LEASE, async |lease, _| lease.claim().fence).await.unwrap();
    assert!(next > fence, "it was given back, and the fence has grown");
}

async fn held_as_long_as_the_work_runs() {
    let (place, _, clock) = counting().await;
    // Who asks after the holder has the one connection after him.
    let app = over(place.alone(&clock).await, clock);
    let (begun, go_on) = (Semaphore::new(0), Notify::new());
    let mut work = pin!(leased(&app, &app.db, "leader", LEASE, async |_, _| {
        begun.add_permits(1);
        go_on.notified().await;
    }));
    until(&mut work, async { begun.acquire().await.unwrap().forget() }).await;
    for _ in 0..19 {
        app.clock.advance(LEASE / 2);
        let renewed = async { while taken(&app).await.unwrap_err().retry_after() != Some(LEASE) {} };
        until(&mut work, renewed).await;
    }
    go_on.notify_one();
    work.await.unwrap();
    taken(&app).await.unwrap();
}

async fn lost_it_ends_the_work() {
    let (_place, app) = office().await;
    let (begun, told) = (Semaphore::new(0), Semaphore::new(0));
    for answers in [false, true] {
        let mut work = pin!(leased(&app, &app.db, "leader", LEASE, async |_, lost| {
            begun.add_permits(1);
            lost.cancelled().await;
            told.add_permits(1);
            if !answers {
                std::future::pending::<()>().await;
            }
        }));
        until(&mut work, async { begun.acquire().await.unwrap().forget() }).await;
        // It stands still for longer than its lease, and another is faster than its renewal.
        app.clock.advance(LEASE);
        let other = taken(&app).await.unwrap();
        let ended = work.await.map_err(|error| error.kind());
        assert_eq!(ended, if answers { Ok(()) } else { Err(ErrorKind::Lost) });
        told.try_acquire().unwrap().forget();
        // It has not given back what is another's.
        let mut tx = app.db.begin_tx(&[]).await.unwrap();
        tx.guard(&other).await.unwrap();
        count(&mut tx, 1).await.unwrap();
        tx.commit_tx().await.unwrap();
        app.db.release_lease(other).await.unwrap();
    }
}

async fn whoever_is_dropped_gives_it_back() {
    let (_place, app) = office().await;
    let begun = Semaphore::new(0);
    {
        let mut work = pin!(leased(&app, &app.db, "leader", LEASE, async |_, _| {
            begun.add_permits(1);
            std::future::pending::<()>().await;
        }));
        until(&mut work, async { begun.acquire().await.unwrap().forget() }).await;
        assert!(taken(&app).await.is_err());
    }
    let given_back = async {
        while let Err(error) = taken(&app).await {
            assert!(matches!(error.kind(), ErrorKind::InProgress { .. }), "{error:?}");
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(LEASE * 150, given_back).await.expect("it is given back");
}

async fn a_fence_refuses_a_late_transaction() {
    if ONE_WRITER {
        // Not applicable: nobody takes it while a transaction is open.
        return;
    }
    let (_place, app) = office().await;
    let refused = leased(&app, &app.db, "leader", LEASE, async |lease, _| {
        let mut tx = app.db.begin_tx(&[]).await.unwrap();
        count(&mut tx, 7).await.unwrap();
        app.clock.advance(LEASE);
        taken(&app).await.unwrap();
        // It has not been told yet.
        let late = async {
            tx.guard(lease).await?;
            tx.commit_tx().await
        };
        late.await.unwrap_err().kind()
    });
    // By its own renewal, where a database has answered that first.
    let refused = refused.await.unwrap_or_else(|error| error.kind());
    assert_eq!(refused, ErrorKind::Lost);
    assert!(counted(&app.db).await.is_empty());
}
