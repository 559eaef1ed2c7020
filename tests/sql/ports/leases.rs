//! Names that one owner has at a time, and fences.

use catga::store::sql::SqlOptions;
use catga::store::{ErrorKind, Sql};
use catga_tests::scenarios;

use super::super::world::{Db, Main, fresh};
use super::{OUTBOX, RECORDS, SECOND, add, publish, yours};

scenarios! { 2:
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
    // A copy that is confirmed goes on above all that the original gives out.
    let copy: Sql<Db, Main> = place.copy().await.node(2, SqlOptions::default().clock(clock.clone())).await;
    copy.confirm().await.unwrap();
    assert!(copy.acquire("another", 1, SECOND).await.unwrap().claim().fence > last + (1 << 40));
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
