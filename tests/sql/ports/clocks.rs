//! A clock that is set back, or far ahead: whoever waits is told for how long, and nothing is lost or done twice.

use catga::store::port::Due;
use catga::store::sql::SqlOptions;
use catga::store::{Arrival, Claiming, ErrorKind, Sql, Taken};
use catga::testing::simulation::{SimClock, Simulation};
use catga_tests::scenarios;
use std::time::Duration;

use super::super::world::{Db, Main, Place, fresh};
use super::{INBOX, OUTBOX, RECORDS, SCHEDULE, SECOND, add, ids, message, publish, reply, yours};

scenarios! { 5:
    e_a_schedule_waits_for_a_clock_that_was_set_back
    f_a_key_waits_for_a_clock_that_was_set_back
    g_a_reply_is_given_whatever_the_clock_says
    g5_what_a_clock_far_ahead_forgets_is_never_new
    g8_a_lease_is_fenced_whatever_the_clock_says
}

const HOUR_MS: i64 = 3_600_000;
const HOUR: Duration = Duration::from_secs(3_600);

async fn set() -> (Place, Sql<Db, Main>, SimClock) {
    let (place, ..) = fresh().await;
    let clock = SimClock::new(&Simulation::new(0).node("machine"));
    let db = place.node(4, SqlOptions::default().clock(clock.clone())).await;
    (place, db, clock)
}

fn later(retry_after: Duration) -> ErrorKind {
    ErrorKind::InProgress { retry_after }
}

async fn e_a_schedule_waits_for_a_clock_that_was_set_back() {
    let (_place, db, clock) = set().await;
    let schedule = async |id: u64, after: Duration| {
        let mut tx = db.begin().await.unwrap();
        tx.schedule(&SCHEDULE, Due::After(after), Duration::ZERO, &message("k", id)).await.unwrap();
        tx.commit().await.unwrap();
    };
    schedule(1, SECOND * 10).await;
    schedule(2, SECOND * 20).await;
    clock.jump(-HOUR_MS);
    schedule(3, SECOND * 5).await;
    assert_eq!(db.release(&SCHEDULE, &OUTBOX, 10).await.unwrap(), 0);
    clock.jump(5_000);
    assert_eq!(db.release(&SCHEDULE, &OUTBOX, 10).await.unwrap(), 1, "by the clock as it is");
    clock.jump(HOUR_MS + 15_000);
    assert_eq!(db.release(&SCHEDULE, &OUTBOX, 10).await.unwrap(), 2);
    clock.jump(-HOUR_MS);
    clock.jump(HOUR_MS);
    assert_eq!(db.release(&SCHEDULE, &OUTBOX, 10).await.unwrap(), 0, "once");
    let mut relay = OUTBOX.relay(1);
    for id in [3, 1, 2] {
        let claimed = db.claim(&mut relay, 10).await.unwrap();
        assert_eq!(ids(&claimed), [id]);
        publish(&db, claimed).await;
    }
}

async fn f_a_key_waits_for_a_clock_that_was_set_back() {
    let (_place, db, clock) = set().await;
    add(&db, &[("a", 1), ("b", 2)]).await;
    let mut claimed = db.claim(&mut OUTBOX.relay(1), 10).await.unwrap();
    clock.jump(-HOUR_MS);
    let mut other = OUTBOX.relay(2);
    assert_eq!(db.claim(&mut other, 10).await.unwrap(), [], "they are the first one's");
    publish(&db, vec![claimed.remove(0)]).await;
    clock.jump(HOUR_MS + 10_000);
    let again = db.claim(&mut other, 10).await.unwrap();
    assert_eq!(ids(&again), [2], "its relay has vanished, and the clock is where it was");
    publish(&db, again).await;
    assert_eq!(db.backlog(&OUTBOX).await.unwrap(), 0);
}

async fn g_a_reply_is_given_whatever_the_clock_says() {
    let (_place, db, clock) = set().await;
    let claim = yours(db.claim_reply(&RECORDS, b"k", 1, 5).await.unwrap());
    clock.jump(-HOUR_MS);
    let refused = db.claim_reply(&RECORDS, b"k", 1, 6).await.unwrap_err();
    assert_eq!(refused.kind(), later(HOUR + SECOND * 10), "for so long it is the first one's");
    let mut tx = db.begin().await.unwrap();
    tx.complete(&RECORDS, b"k", claim, &reply("ok")).await.unwrap();
    tx.commit().await.unwrap();
    for jump in [0, -HOUR_MS, HOUR_MS, HOUR_MS] {
        clock.jump(jump);
        let again = db.claim_reply(&RECORDS, b"k", 1, 6).await.unwrap();
        assert!(matches!(again, Claiming::Done(recorded) if recorded == reply("ok")));
    }
}

async fn g5_what_a_clock_far_ahead_forgets_is_never_new() {
    let (_place, db, clock) = set().await;
    let take = async |id| {
        let mut tx = db.begin().await.unwrap();
        let taken = tx.take(&INBOX, Arrival { source: "shop", key: b"k", id }).await.unwrap();
        tx.commit().await.unwrap();
        taken
    };
    for id in 1..=3 {
        assert_eq!(take(id).await, Taken::New);
    }
    clock.jump(-HOUR_MS);
    assert_eq!(db.trim_inbox(&INBOX, 10).await.unwrap(), 0);
    clock.jump(2 * HOUR_MS);
    assert_eq!(db.trim_inbox(&INBOX, 10).await.unwrap(), 3);
    for jump in [0, -HOUR_MS, HOUR_MS] {
        clock.jump(jump);
        for id in 1..=3 {
            assert_eq!(take(id).await, Taken::TooOld);
        }
    }
    assert_eq!(take(4).await, Taken::New);
}

async fn g8_a_lease_is_fenced_whatever_the_clock_says() {
    let (_place, db, clock) = set().await;
    let mut lease = db.acquire("leader", 1, SECOND).await.unwrap();
    clock.jump(-HOUR_MS);
    assert_eq!(db.acquire("leader", 2, SECOND).await.unwrap_err().kind(), later(HOUR + SECOND));
    db.renew_lease(&mut lease, SECOND).await.unwrap();
    assert_eq!(db.acquire("leader", 2, SECOND).await.unwrap_err().kind(), later(SECOND), "by the clock as it is");
    clock.jump(HOUR_MS);
    let other = db.acquire("leader", 2, SECOND).await.unwrap();
    assert!(other.claim().fence > lease.claim().fence);
    clock.jump(-HOUR_MS);
    assert_eq!(db.renew_lease(&mut lease, SECOND).await.unwrap_err().kind(), ErrorKind::Lost);
    let held = other.claim().fence;
    db.release_lease(other).await.unwrap();
    assert!(db.acquire("leader", 1, SECOND).await.unwrap().claim().fence > held);
}
