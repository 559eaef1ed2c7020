//! Replies that are recorded.

use std::time::Duration;

use catga::store::sql::SqlOptions;
use catga::store::{Claiming, ErrorKind};
use catga::testing::VirtualClock;
use catga_tests::scenarios;

use super::super::world::fresh;
use super::{OUTBOX, RECORDS, SECOND, message, reply, yours};

scenarios! { 6:
    g1_a_duplicate_gets_the_recorded_reply
    g2_of_concurrent_claims_one_wins
    g3_effect_and_record_are_one
    g7_a_stale_owner_completes_nothing
    g9_a_key_is_free_when_its_lease_ends
    g10_failures_are_not_recorded
}

async fn g1_a_duplicate_gets_the_recorded_reply() {
    let (_place, db, clock) = fresh().await;
    let claim = yours(db.claim_reply(&RECORDS, b"k", 1, 7).await.unwrap());
    let mut tx = db.begin().await.unwrap();
    tx.complete(&RECORDS, b"k", claim, &reply("paid")).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(db.claim_reply(&RECORDS, b"k", 1, 8).await.unwrap(), Claiming::Done(reply("paid")));
    assert_eq!(db.claim_reply(&RECORDS, b"k", 2, 8).await.unwrap_err().kind(), ErrorKind::Mismatch);
    clock.advance(SECOND * 60);
    assert_eq!(db.trim_replies(&RECORDS, 10).await.unwrap(), 0);
    clock.advance(SECOND);
    assert_eq!(db.trim_replies(&RECORDS, 10).await.unwrap(), 1);
    yours(db.claim_reply(&RECORDS, b"k", 2, 8).await.unwrap());
}

async fn g2_of_concurrent_claims_one_wins() {
    let (place, db, _) = fresh().await;
    let mut nodes = vec![db];
    nodes.push(place.node(8, SqlOptions::default().clock(VirtualClock::new())).await);
    for round in 0..10_u64 {
        let claims = (0..8).map(|n| {
            let node = nodes[n % 2].clone();
            tokio::spawn(async move { node.claim_reply(&RECORDS, &round.to_be_bytes(), 1, n as u64).await })
        });
        let (mut won, mut told) = (0, 0);
        for claim in futures_util::future::join_all(claims).await {
            match claim.unwrap() {
                Ok(Claiming::Yours(_)) => won += 1,
                Err(error) => {
                    let later = ErrorKind::InProgress { retry_after: SECOND * 10 };
                    assert_eq!(error.kind(), later);
                    told += 1;
                }
                Ok(Claiming::Done(_)) => panic!("nobody has done it"),
            }
        }
        assert_eq!((won, told), (1, 7));
    }
}

async fn g3_effect_and_record_are_one() {
    let (_place, db, clock) = fresh().await;
    let claim = yours(db.claim_reply(&RECORDS, b"k", 1, 7).await.unwrap());
    let mut tx = db.begin().await.unwrap();
    tx.add(&OUTBOX, &message("effect", 1)).await.unwrap();
    tx.complete(&RECORDS, b"k", claim, &reply("lost")).await.unwrap();
    // Killed before the commit.
    drop(tx);
    assert_eq!(db.backlog(&OUTBOX).await.unwrap(), 0);
    clock.advance(SECOND * 10);
    let claim = yours(db.claim_reply(&RECORDS, b"k", 1, 8).await.unwrap());
    let mut tx = db.begin().await.unwrap();
    tx.add(&OUTBOX, &message("effect", 1)).await.unwrap();
    tx.complete(&RECORDS, b"k", claim, &reply("kept")).await.unwrap();
    tx.commit().await.unwrap();
    // Killed after it, before anybody was told.
    assert_eq!(db.claim_reply(&RECORDS, b"k", 1, 9).await.unwrap(), Claiming::Done(reply("kept")));
    assert_eq!(db.backlog(&OUTBOX).await.unwrap(), 1);
}

async fn g7_a_stale_owner_completes_nothing() {
    let (_place, db, clock) = fresh().await;
    let stale = yours(db.claim_reply(&RECORDS, b"k", 1, 7).await.unwrap());
    clock.advance(SECOND * 9);
    db.renew_reply(&RECORDS, b"k", stale).await.unwrap();
    clock.advance(SECOND * 10);
    let fresh = yours(db.claim_reply(&RECORDS, b"k", 1, 7).await.unwrap());
    let mut tx = db.begin().await.unwrap();
    assert_eq!(tx.complete(&RECORDS, b"k", stale, &reply("late")).await.unwrap_err().kind(), ErrorKind::Lost);
    drop(tx);
    assert_eq!(db.renew_reply(&RECORDS, b"k", stale).await.unwrap_err().kind(), ErrorKind::Lost);
    assert_eq!(db.release_reply(&RECORDS, b"k", stale).await.unwrap_err().kind(), ErrorKind::Lost);
    let mut tx = db.begin().await.unwrap();
    tx.complete(&RECORDS, b"k", fresh, &reply("right")).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(db.claim_reply(&RECORDS, b"k", 1, 9).await.unwrap(), Claiming::Done(reply("right")));
}

async fn g9_a_key_is_free_when_its_lease_ends() {
    let (_place, db, clock) = fresh().await;
    yours(db.claim_reply(&RECORDS, b"k", 1, 7).await.unwrap());
    clock.advance(Duration::from_millis(9_999));
    let later = ErrorKind::InProgress { retry_after: Duration::from_millis(1) };
    assert_eq!(db.claim_reply(&RECORDS, b"k", 1, 8).await.unwrap_err().kind(), later);
    clock.advance(Duration::from_millis(1));
    yours(db.claim_reply(&RECORDS, b"k", 1, 8).await.unwrap());
}

async fn g10_failures_are_not_recorded() {
    let (_place, db, _) = fresh().await;
    let claim = yours(db.claim_reply(&RECORDS, b"k", 1, 7).await.unwrap());
    db.release_reply(&RECORDS, b"k", claim).await.unwrap();
    let mut tx = db.begin().await.unwrap();
    assert_eq!(tx.complete(&RECORDS, b"k", claim, &reply("late")).await.unwrap_err().kind(), ErrorKind::Lost);
    drop(tx);
    yours(db.claim_reply(&RECORDS, b"k", 2, 8).await.unwrap());
}
