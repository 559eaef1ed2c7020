//! Names that one owner has at a time, and fences.

use std::time::Duration;

use catga::store::outbox::Fate;
use catga::store::port::Due;
use catga::store::sql::SqlOptions;
use catga::store::{Begun, Effects, ErrorKind, Sql, StoreError};
use catga_tests::scenarios;
use futures_util::future::join_all;

use super::super::world::{Db, Main, fresh};
use super::{OUTBOX, RECORDS, SCHEDULE, SECOND, add, mark, message, publish, yours};

scenarios! { 3:
    a_lease_without_an_end_is_held
    g8_fences_never_go_back
    leases_are_fenced
}

async fn g8_fences_never_go_back() {
    let (place, db, clock) = fresh().await;
    let mut last = 0;
    for round in 0..5_u64 {
        let claim = yours(db.claim_reply(&RECORDS, b"k", 1, 7).await.unwrap());
        assert!(claim.fence > last, "after an expiry");
        last = claim.fence;
        clock.advance(SECOND * 10);
        let claim = yours(db.claim_reply(&RECORDS, b"k", 1, 8).await.unwrap());
        assert!(claim.fence > last, "after an expiry");
        last = claim.fence;
        db.release_reply(&RECORDS, b"k", claim).await.unwrap();
        let lease = db.acquire(&format!("lease {round}"), 1, SECOND).await.unwrap();
        let fence = lease.claim().fence;
        assert!(fence > last, "one counter for all");
        last = fence;
        add(&db, &[("a", round)]).await;
        let claimed = db.claim(&mut OUTBOX.relay(1), 1).await.unwrap();
        assert!(claimed[0].claim.fence > last);
        last = claimed[0].claim.fence;
        publish(&db, claimed).await;
    }
    // A copy goes on above all that the original gives out, before it is confirmed and after.
    let copied = place.copy().await;
    let copies: Vec<Sql<Db, Main>> =
        join_all((0..4).map(|_| copied.node(2, SqlOptions::default().clock(clock.clone())))).await;
    let first = join_all(copies.iter().zip(0..).map(|(copy, number)| async move {
        copy.acquire(&format!("another {number}"), 1, SECOND).await.unwrap().claim().fence
    }));
    let mut fences = first.await;
    fences.push(yours(copies[0].claim_reply(&RECORDS, b"another", 1, 7).await.unwrap()).fence);
    assert!(copies[0].is_held().await.unwrap());
    assert!(fences.iter().all(|fence| *fence > last + (1 << 40)), "{fences:?} after {last}");
    let most = fences.iter().copied().max().unwrap();
    fences.sort_unstable();
    fences.dedup();
    assert_eq!(fences.len(), 5, "each once");
    copies[1].confirm().await.unwrap();
    assert!(copies[2].acquire("confirmed", 1, SECOND).await.unwrap().claim().fence > most);
}

async fn leases_are_fenced() {
    let (_place, db, clock) = fresh().await;
    let mut first = db.acquire("leader", 1, SECOND * 5).await.unwrap();
    let later = ErrorKind::InProgress { retry_after: SECOND * 5 };
    assert_eq!(db.acquire("leader", 2, SECOND).await.unwrap_err().kind(), later);
    clock.advance(SECOND * 4);
    db.renew_lease(&mut first, SECOND * 5).await.unwrap();
    clock.advance(SECOND * 5);
    let second = db.acquire("leader", 2, SECOND * 5).await.unwrap();
    assert!(second.claim().fence > first.claim().fence);
    assert_eq!(db.renew_lease(&mut first, SECOND).await.unwrap_err().kind(), ErrorKind::Lost);
    let mut tx = db.begin().await.unwrap();
    assert_eq!(tx.guard(&first).await.unwrap_err().kind(), ErrorKind::Lost);
    drop(tx);
    let mut tx = db.begin().await.unwrap();
    tx.guard(&second).await.unwrap();
    tx.commit().await.unwrap();
    db.release_lease(second.clone()).await.unwrap();
    assert_eq!(db.release_lease(second.clone()).await.unwrap_err().kind(), ErrorKind::Lost);
    assert!(db.acquire("leader", 3, SECOND).await.unwrap().claim().fence > second.claim().fence);
}

async fn a_lease_without_an_end_is_held() {
    let (_place, db, clock) = fresh().await;
    let ever = Duration::MAX;
    let (records, outbox, card) = (RECORDS.lease(ever), OUTBOX.lease(ever), Effects::new("card").lease(ever));
    let mut lease = db.acquire("leader", 1, ever).await.unwrap();
    let claim = yours(db.claim_reply(&records, b"k", 1, 7).await.unwrap());
    let begun = db.begin_effect(&card, (b"m", 0), b"q", 1).await.unwrap();
    let Begun::First(call) = begun else { panic!("it was called") };
    add(&db, &[("a", 1)]).await;
    let mut keys = db.claim(&mut outbox.relay(1), 9).await.unwrap();
    let mut tx = db.begin().await.unwrap();
    tx.schedule(&SCHEDULE, Due::After(ever), Duration::ZERO, &message("b", 2)).await.unwrap();
    tx.commit().await.unwrap();
    for _ in 0..2 {
        clock.advance(SECOND * 365 * 24 * 60 * 60);
        assert!(is_taken(db.acquire("leader", 2, ever).await));
        assert!(is_taken(db.claim_reply(&records, b"k", 1, 8).await));
        assert!(is_taken(db.begin_effect(&card, (b"m", 0), b"q", 2).await));
        assert_eq!(db.claim(&mut outbox.relay(2), 9).await.unwrap(), []);
        assert_eq!(db.release(&SCHEDULE, &outbox, 9).await.unwrap(), 0);
        // Renewed, they are held as before.
        db.renew_lease(&mut lease, ever).await.unwrap();
        db.renew_reply(&records, b"k", claim).await.unwrap();
        db.renew_effect(&card, (b"m", 0), call).await.unwrap();
        db.renew(&outbox, &mut keys[0]).await.unwrap();
    }
    // What fails and is to be tried again never, is not tried again.
    mark(&db, keys, |_| (0, Fate::Again { after: ever, error: "busy".into() })).await;
    assert_eq!(db.claim(&mut outbox.relay(2), 9).await.unwrap(), []);
    db.release_lease(lease).await.unwrap();
    assert!(db.acquire("leader", 2, ever).await.is_ok());
}

fn is_taken<T>(claimed: Result<T, StoreError>) -> bool {
    matches!(claimed.err().map(|error| error.kind()), Some(ErrorKind::InProgress { .. }))
}
