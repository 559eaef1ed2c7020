//! PostgreSQL draws a fence before it locks the row that it is for. Whoever stands still in between does not take under
//! an earlier fence what others have had under later ones. And a transaction sees a lease as it was when it began:
//! whoever has lost it since is told so.

use std::time::Duration;

use catga::store::port::Ended;
use catga::store::{Begun, Claiming, Effects, ErrorKind, Idempotency};
use catga_tests::scenarios;
use sqlx::AssertSqlSafe;

use crate::postgres::world::{Base, count, counted, counting, fresh};

scenarios! { 4:
    a_lease_that_was_drawn_early
    a_reply_that_was_drawn_early
    an_effect_that_was_drawn_early
    a_lease_that_was_lost_since_the_transaction_began
}

const RECORDS: Idempotency = Idempotency::new("pay");
const CARD: Effects = Effects::new("card");
const CALL: (&[u8], u64) = (b"message", 0);

/// Lets a claim of the one row of the table stand still behind its draw, while another has it, under the fence that is
/// answered with, and gives it back.
async fn stalled<T>(db: &Base, table: &str, claim: impl Future<Output = T>) -> (u64, T) {
    let mut other = db.pool().begin().await.unwrap();
    let locked = AssertSqlSafe(format!("select fence from {table} for update"));
    let _before: i64 = sqlx::query_scalar(locked).fetch_one(&mut *other).await.unwrap();
    let between = async {
        let waiting = "select count(*) from pg_stat_activity where wait_event_type = 'Lock' \
            and application_name = current_schema()::text";
        while sqlx::query_scalar::<_, i64>(waiting).fetch_one(db.pool()).await.unwrap() == 0 {
            tokio::task::yield_now().await;
        }
        let again = AssertSqlSafe(format!("update {table} set fence = nextval('catga_fences') returning fence"));
        let fence: i64 = sqlx::query_scalar(again).fetch_one(&mut *other).await.unwrap();
        other.commit().await.unwrap();
        fence.cast_unsigned()
    };
    tokio::join!(between, claim)
}

async fn a_lease_that_was_drawn_early() {
    let (_place, db, _) = fresh().await;
    let lease = db.acquire("leader", 1, Duration::from_secs(1)).await.unwrap();
    db.release_lease(lease).await.unwrap();
    let (between, lease) = stalled(&db, "catga_leases", db.acquire("leader", 3, Duration::from_secs(1))).await;
    let fence = lease.unwrap().claim().fence;
    assert!(fence > between, "{fence} after {between}");
}

async fn a_reply_that_was_drawn_early() {
    let (_place, db, _) = fresh().await;
    let Claiming::Yours(claim) = db.claim_reply(&RECORDS, b"k", 1, 7).await.unwrap() else { panic!("it has run") };
    db.release_reply(&RECORDS, b"k", claim).await.unwrap();
    let (between, claimed) = stalled(&db, "catga_idempotency", db.claim_reply(&RECORDS, b"k", 1, 9)).await;
    let Claiming::Yours(claim) = claimed.unwrap() else { panic!("it has run") };
    assert!(claim.fence > between, "{} after {between}", claim.fence);
}

async fn an_effect_that_was_drawn_early() {
    let (_place, db, _) = fresh().await;
    let Begun::First(claim) = db.begin_effect(&CARD, CALL, b"q", 7).await.unwrap() else { panic!("it was called") };
    db.end_effect(&CARD, CALL, claim, Ended::Unanswered("lost".into())).await.unwrap();
    let (between, begun) = stalled(&db, "catga_effects", db.begin_effect(&CARD, CALL, b"q", 9)).await;
    let Begun::Unanswered(claim) = begun.unwrap() else { panic!("it was called") };
    assert!(claim.fence > between, "{} after {between}", claim.fence);
}

async fn a_lease_that_was_lost_since_the_transaction_began() {
    let (place, db, clock) = counting().await;
    let second = Duration::from_secs(1);
    let lease = db.acquire("leader", 1, second).await.unwrap();
    // No other connection is there to be asked.
    let mut tx = place.alone(&clock).await.begin().await.unwrap();
    count(&mut tx, 1).await.unwrap();
    db.release_lease(lease.clone()).await.unwrap();
    db.acquire("leader", 3, second).await.unwrap();
    assert_eq!(tx.guard(&lease).await.unwrap_err().kind(), ErrorKind::Lost);
    // Whoever goes on all the same commits nothing.
    count(&mut tx, 2).await.unwrap();
    assert_eq!(tx.commit().await.unwrap_err().kind(), ErrorKind::Aborted);
    assert_eq!(counted(&db).await, []);
}
