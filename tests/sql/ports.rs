//! Outbox, idempotency, inbox, dead letters, schedule and leases, as a store.

use std::time::Duration;

use catga::store::outbox::{Added, ClaimedKey, Fate, KeyState, Marked, OutboxLimits, OutboxMessage};
use catga::store::port::Due;
use catga::store::sql::SqlOptions;
use catga::store::{
    Arrival, Claim, Claiming, DeadLetter, DeadLetters, ErrorKind, Idempotency, Inbox, Outbox, Recorded, Scheduler, Sql,
    Taken,
};
use catga::testing::VirtualClock;

use super::world::{Db, Main, fresh};

const OUTBOX: Outbox = Outbox::new("outbox").lease(Duration::from_secs(10));
const RECORDS: Idempotency = Idempotency::new("pay").lease(Duration::from_secs(10)).retention(Duration::from_secs(60));
const INBOX: Inbox = Inbox::new("ledger").retention(Duration::from_secs(60));
const DEAD: DeadLetters = DeadLetters::new("dead");
const SCHEDULE: Scheduler = Scheduler::new("schedule");
const SECOND: Duration = Duration::from_secs(1);

scenarios! { 27:
    migrations_are_run_once_and_newer_ones_are_refused
    f1_a_rollback_emits_nothing
    f3_f4_what_was_not_marked_comes_again_with_its_id
    f5_two_relays_never_have_one_key
    f6_a_bad_message_parks_its_key_alone
    f7_an_outage_is_not_terminal
    f8_a_duplicate_is_harmless
    f10_first_in_first_out_per_key
    f_every_key_has_its_turn
    f_a_full_outbox_says_so
    f_published_rows_are_kept_for_the_retention
    f_a_relay_that_lost_a_key_marks_nothing
    g1_a_duplicate_gets_the_recorded_reply
    g2_of_concurrent_claims_one_wins
    g3_effect_and_record_are_one
    g4_duplicates_in_one_transaction
    g5_older_than_retention_is_never_new
    g6_dedup_is_per_id_and_subscriber
    g7_a_stale_owner_completes_nothing
    g8_fences_never_go_back
    g9_a_key_is_free_when_its_lease_ends
    g10_failures_are_not_recorded
    d_dead_letters_are_listed_edited_replayed_once_and_discarded
    e_due_in_order_cancelled_moved_and_recurring
    leases_are_fenced
    l12_a_copy_sends_nothing_on_its_own
    l13_unknown_messages_are_held
}

fn message(key: &str, id: u64) -> OutboxMessage {
    OutboxMessage { id, name: "placed".into(), key: key.into(), body: vec![id as u8; 20] }
}

async fn add(db: &Sql<Db, Main>, messages: &[(&str, u64)]) {
    let mut tx = db.begin().await.unwrap();
    for (key, id) in messages {
        assert_eq!(tx.add(&OUTBOX, &message(key, *id)).await.unwrap(), Added::New);
    }
    tx.commit().await.unwrap();
}

fn ids(claimed: &[ClaimedKey]) -> Vec<u64> {
    claimed.iter().flat_map(|key| key.rows.iter().map(|row| row.message.id)).collect()
}

async fn mark(db: &Sql<Db, Main>, claimed: Vec<ClaimedKey>, fate: impl Fn(&ClaimedKey) -> (usize, Fate)) {
    let marked = |key: ClaimedKey| {
        let (published, fate) = fate(&key);
        Marked { key, published, fate }
    };
    let marked: Vec<_> = claimed.into_iter().map(marked).collect();
    db.mark(&OUTBOX, &marked.iter().collect::<Vec<_>>()).await.unwrap();
}

async fn publish(db: &Sql<Db, Main>, claimed: Vec<ClaimedKey>) {
    mark(db, claimed, |key| (key.rows.len(), Fate::GoOn)).await;
}

fn reply(text: &str) -> Recorded {
    Recorded { codec: "text".into(), schema: u64::MAX, reply: text.into() }
}

fn yours(claiming: Claiming) -> Claim {
    match claiming {
        Claiming::Yours(claim) => claim,
        Claiming::Done(_) => panic!("it is done"),
    }
}

async fn migrations_are_run_once_and_newer_ones_are_refused() {
    let (place, db, _) = fresh().await;
    let id = db.id().await.unwrap();
    // Programs that start at once.
    let mut starting = Vec::new();
    for _ in 0..4 {
        let node: Sql<Db, Main> = place.node(1, SqlOptions::default()).await;
        starting.push(tokio::spawn(async move { (node.migrate().await, node.id().await) }));
    }
    for one in starting {
        let (migrated, same) = one.await.unwrap();
        let migrated = migrated.unwrap();
        assert_eq!((migrated.from, migrated.to), (2, 2), "nothing is left to do");
        assert_eq!(same.unwrap(), id);
    }
    sqlx::raw_sql("insert into catga_migrations (version, applied_ms) values (3, 0)").execute(db.pool()).await.unwrap();
    let older: Sql<Db, Main> = place.node(1, SqlOptions::default()).await;
    assert_eq!(older.migrate().await.unwrap_err().kind(), ErrorKind::Newer);
    assert_eq!(older.begin().await.unwrap_err().kind(), ErrorKind::Newer);

    let place = super::world::Place::new().await;
    let bare: Sql<Db, Main> = place.node(2, SqlOptions::default()).await;
    assert_eq!(bare.begin().await.unwrap_err().kind(), ErrorKind::Unmigrated);
    // All at once on an empty database: one makes the tables, and the others wait for it.
    let mut first = 0;
    let starting = (0..4).map(|_| {
        let bare = bare.clone();
        tokio::spawn(async move { bare.migrate().await.unwrap() })
    });
    for one in futures_util::future::join_all(starting).await {
        first += usize::from(one.unwrap().from == 0);
    }
    assert_eq!(first, 1);
    assert!(bare.begin().await.is_ok(), "a failure is not remembered");

    // Tables as an older program has left them.
    let id = bare.id().await.unwrap();
    let sql = "drop table catga_heard; delete from catga_migrations where version = 2";
    sqlx::raw_sql(sql).execute(bare.pool()).await.unwrap();
    let newer: Sql<Db, Main> = place.node(1, SqlOptions::default()).await;
    assert_eq!(newer.begin().await.unwrap_err().kind(), ErrorKind::Unmigrated);
    let migrated = newer.migrate().await.unwrap();
    assert_eq!((migrated.from, migrated.to, newer.id().await.unwrap()), (1, 2, id));
    assert!(newer.forget_handler("any", 1).await.is_ok(), "the table is there");
}

async fn f1_a_rollback_emits_nothing() {
    let (_place, db, _) = fresh().await;
    let mut relay = OUTBOX.relay(1);
    let mut tx = db.begin().await.unwrap();
    tx.add(&OUTBOX, &message("a", 1)).await.unwrap();
    drop(tx);
    assert_eq!(db.claim(&mut relay, 10).await.unwrap(), []);
    add(&db, &[("a", 2)]).await;
    let claimed = db.claim(&mut relay, 10).await.unwrap();
    assert_eq!((ids(&claimed), db.backlog(&OUTBOX).await.unwrap()), (vec![2], 1));
    assert_eq!((&claimed[0].rows[0].message, claimed[0].rows[0].attempts), (&message("a", 2), 0));
    publish(&db, claimed).await;
    assert_eq!((db.claim(&mut relay, 10).await.unwrap(), db.backlog(&OUTBOX).await.unwrap()), (vec![], 0));
}

async fn f3_f4_what_was_not_marked_comes_again_with_its_id() {
    let (_place, db, clock) = fresh().await;
    add(&db, &[("a", 1), ("b", 2)]).await;
    let first = db.claim(&mut OUTBOX.relay(1), 10).await.unwrap();
    assert_eq!(ids(&first), [1, 2]);
    // The relay published them, and ended.
    clock.advance(Duration::from_millis(9_999));
    let mut relay = OUTBOX.relay(2);
    assert_eq!(db.claim(&mut relay, 10).await.unwrap(), []);
    clock.advance(Duration::from_millis(1));
    let second = db.claim(&mut relay, 10).await.unwrap();
    assert_eq!(ids(&second), [1, 2], "the same ids");
    assert!(second[0].claim.fence > first[0].claim.fence);
    publish(&db, second).await;
    assert_eq!(db.claim(&mut relay, 10).await.unwrap(), []);
}

async fn f5_two_relays_never_have_one_key() {
    let (place, db, _) = fresh().await;
    let all: Vec<(String, u64)> = (0..60).map(|id| (format!("{:02}", id % 30), id)).collect();
    add(&db, &all.iter().map(|(key, id)| (key.as_str(), *id)).collect::<Vec<_>>()).await;
    // Three relays on connections of their own, all at once, time and again.
    let mut relays = Vec::new();
    for owner in 0..3 {
        let node: Sql<Db, Main> = place.node(1, SqlOptions::default().clock(VirtualClock::new())).await;
        relays.push(tokio::spawn(async move {
            let (mut relay, mut claimed) = (OUTBOX.relay(owner), Vec::new());
            for _ in 0..12 {
                claimed.extend(node.claim(&mut relay, 3).await.unwrap());
            }
            claimed
        }));
    }
    let mut claimed = Vec::new();
    for relay in relays {
        claimed.extend(relay.await.unwrap());
    }
    let mut keys: Vec<_> = claimed.iter().map(|claimed| claimed.key.clone()).collect();
    keys.sort();
    assert_eq!(keys.len(), 30);
    keys.dedup();
    assert_eq!(keys.len(), 30, "each key once");
    assert!(claimed.iter().all(|key| key.rows.len() == 1 && key.rows[0].message.id < 30), "the head of each");
}

async fn f6_a_bad_message_parks_its_key_alone() {
    let (_place, db, clock) = fresh().await;
    add(&db, &[("a", 1), ("bad", 2), ("bad", 3), ("c", 4), ("a", 5)]).await;
    let mut relay = OUTBOX.relay(1);
    let mut published = Vec::new();
    loop {
        let claimed = db.claim(&mut relay, 10).await.unwrap();
        if claimed.is_empty() {
            break;
        }
        published.extend(ids(&claimed).into_iter().filter(|id| *id != 2));
        mark(&db, claimed, |key| match key.key.as_slice() {
            b"bad" => (0, Fate::Park { error: "cannot\0be read".into() }),
            _ => (1, Fate::GoOn),
        })
        .await;
    }
    assert_eq!(published, [1, 4, 5]);
    clock.advance(SECOND * 3_600);
    assert_eq!(db.claim(&mut relay, 10).await.unwrap(), [], "not by itself");
    let keys = db.keys(&OUTBOX, None, 10).await.unwrap();
    assert_eq!((keys.len(), keys[0].state, keys[0].attempts), (1, KeyState::Parked, 1));
    assert_eq!(keys[0].error, "cannot be read");
    db.resume(&OUTBOX, b"bad").await.unwrap();
    assert_eq!(db.resume(&OUTBOX, b"bad").await.unwrap_err().kind(), ErrorKind::Missing);
    assert_eq!(ids(&db.claim(&mut relay, 10).await.unwrap()), [2]);
}

async fn f7_an_outage_is_not_terminal() {
    let (_place, db, clock) = fresh().await;
    add(&db, &[("a", 1), ("a", 2)]).await;
    let mut relay = OUTBOX.relay(1);
    for attempt in 0..60 {
        let claimed = db.claim(&mut relay, 10).await.unwrap();
        assert_eq!((ids(&claimed), claimed[0].rows[0].attempts), (vec![1], attempt));
        mark(&db, claimed, |_| (0, Fate::Again { after: SECOND * 60, error: "no broker".into() })).await;
        clock.advance(SECOND * 59);
        assert_eq!(db.claim(&mut relay, 10).await.unwrap(), []);
        clock.advance(SECOND);
    }
    for id in [1, 2] {
        let claimed = db.claim(&mut relay, 10).await.unwrap();
        assert_eq!(ids(&claimed), [id]);
        publish(&db, claimed).await;
    }
}

async fn f8_a_duplicate_is_harmless() {
    let (_place, db, _) = fresh().await;
    add(&db, &[("a", 1)]).await;
    let mut tx = db.begin().await.unwrap();
    assert_eq!(tx.add(&OUTBOX, &message("a", 1)).await.unwrap(), Added::Duplicate, "of an earlier transaction");
    assert_eq!(tx.add(&OUTBOX, &message("a", 2)).await.unwrap(), Added::New);
    assert_eq!(tx.add(&OUTBOX, &message("a", 2)).await.unwrap(), Added::Duplicate);
    tx.commit().await.unwrap();
    assert_eq!(db.backlog(&OUTBOX).await.unwrap(), 2);
}

async fn f10_first_in_first_out_per_key() {
    let (_place, db, _) = fresh().await;
    // Many transactions at once add to the same keys: a number says how many were committed before on its key.
    let writers = (0..8_u64).map(|writer| {
        let db = db.clone();
        tokio::spawn(async move {
            for number in 0..10 {
                let key = format!("key {}", number % 4);
                loop {
                    let mut tx = db.begin().await.unwrap();
                    tx.add(&OUTBOX, &message(&key, writer * 100 + number)).await.unwrap();
                    match tx.commit().await {
                        Ok(()) => break,
                        Err(error) => assert_eq!(error.kind(), ErrorKind::Conflict),
                    }
                }
            }
        })
    });
    let mut relay = OUTBOX.limits(OutboxLimits { rows: 1_000, per_claim: 3 }).relay(1);
    let mut seen: Vec<(Vec<u8>, (u64, u32), u64)> = Vec::new();
    let mut writing = Box::pin(futures_util::future::join_all(writers));
    let mut is_written = false;
    loop {
        // The relay drains while they write.
        let claimed = db.claim(&mut relay, 2).await.unwrap();
        if claimed.is_empty() {
            if is_written {
                break;
            }
            for writer in writing.as_mut().await {
                writer.unwrap();
            }
            is_written = true;
        }
        for key in &claimed {
            seen.extend(key.rows.iter().map(|row| (key.key.clone(), row.position, row.message.id)));
        }
        publish(&db, claimed).await;
    }
    assert_eq!(seen.len(), 80, "nothing twice");
    for key in 0..4 {
        let of = |(at, ..): &&(Vec<u8>, _, _)| *at == format!("key {key}").into_bytes();
        let positions: Vec<_> = seen.iter().filter(of).map(|(_, position, _)| *position).collect();
        assert!(positions.is_sorted(), "a later one was seen before an earlier one");
        for writer in 0..8 {
            let own: Vec<u64> = seen.iter().filter(of).map(|(.., id)| *id).filter(|id| id / 100 == writer).collect();
            assert!(own.is_sorted());
        }
    }
}

async fn f_every_key_has_its_turn() {
    let (_place, db, _) = fresh().await;
    let all: Vec<(String, u64)> = (0..20).flat_map(|n| (0..3).map(move |m| (format!("{m}"), n * 3 + m))).collect();
    add(&db, &all.iter().map(|(key, id)| (key.as_str(), *id)).collect::<Vec<_>>()).await;
    let mut relay = OUTBOX.relay(1);
    let mut order = Vec::new();
    for _ in 0..6 {
        let claimed = db.claim(&mut relay, 1).await.unwrap();
        order.push(claimed[0].key.clone());
        publish(&db, claimed).await;
    }
    assert_eq!(order, [b"0", b"1", b"2", b"0", b"1", b"2"]);
}

async fn f_a_full_outbox_says_so() {
    let (_place, db, clock) = fresh().await;
    let outbox = OUTBOX.limits(OutboxLimits { rows: 3, per_claim: 1 });
    for id in 0..3 {
        let mut tx = db.begin().await.unwrap();
        tx.add(&outbox, &message("a", id)).await.unwrap();
        tx.commit().await.unwrap();
    }
    let mut tx = db.begin().await.unwrap();
    assert_eq!(tx.add(&outbox, &message("a", 9)).await.unwrap_err().kind(), ErrorKind::Overloaded);
    drop(tx);
    publish(&db, db.claim(&mut outbox.relay(1), 1).await.unwrap()).await;
    clock.advance(SECOND);
    let mut tx = db.begin().await.unwrap();
    assert_eq!(tx.add(&outbox, &message("a", 9)).await.unwrap(), Added::New);
}

async fn f_published_rows_are_kept_for_the_retention() {
    let (_place, db, clock) = fresh().await;
    let outbox = OUTBOX.retention(SECOND * 60);
    add(&db, &[("a", 1), ("b", 2)]).await;
    let claimed = db.claim(&mut outbox.relay(1), 10).await.unwrap();
    let marked: Vec<_> = claimed.into_iter().map(|key| Marked { key, published: 1, fate: Fate::GoOn }).collect();
    db.mark(&outbox, &marked.iter().collect::<Vec<_>>()).await.unwrap();
    let kept = db.published(&outbox, 10).await.unwrap();
    assert_eq!(kept.iter().map(|(id, _)| *id).collect::<Vec<_>>(), [1, 2]);
    clock.advance(SECOND * 60);
    assert_eq!(db.trim(&outbox, 10).await.unwrap(), 0);
    clock.advance(SECOND);
    assert_eq!((db.trim(&outbox, 1).await.unwrap(), db.trim(&outbox, 10).await.unwrap()), (1, 1));
    assert_eq!(db.published(&outbox, 10).await.unwrap(), []);
}

async fn f_a_relay_that_lost_a_key_marks_nothing() {
    let (_place, db, clock) = fresh().await;
    add(&db, &[("a", 1), ("b", 2)]).await;
    let mut late = db.claim(&mut OUTBOX.relay(1), 10).await.unwrap();
    clock.advance(SECOND * 5);
    db.renew(&OUTBOX, &mut late[1]).await.unwrap();
    clock.advance(SECOND * 5);
    let other = db.claim(&mut OUTBOX.relay(2), 10).await.unwrap();
    assert_eq!(ids(&other), [1], "the other is renewed");
    assert_eq!(db.renew(&OUTBOX, &mut late[0]).await.unwrap_err().kind(), ErrorKind::Lost);
    for fate in [Fate::GoOn, Fate::Hold, Fate::Again { after: SECOND, error: String::new() }] {
        let all: Vec<_> =
            late.iter().map(|key| Marked { key: key.clone(), published: 1, fate: fate.clone() }).collect();
        let refused = db.mark(&OUTBOX, &all.iter().collect::<Vec<_>>()).await.unwrap_err();
        assert_eq!(refused.kind(), ErrorKind::Lost);
    }
    assert_eq!(db.backlog(&OUTBOX).await.unwrap(), 2, "of none of them");
    publish(&db, other).await;
    publish(&db, vec![late.remove(1)]).await;
    assert_eq!(db.backlog(&OUTBOX).await.unwrap(), 0);
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

async fn g4_duplicates_in_one_transaction() {
    let (_place, db, _) = fresh().await;
    let arrival = |id| Arrival { source: "shop", key: b"k", id };
    let mut tx = db.begin().await.unwrap();
    let mut taken = Vec::new();
    for id in [1, 2, 1, 2, 3] {
        taken.push(tx.take(&INBOX, arrival(id)).await.unwrap());
    }
    assert_eq!(taken, [Taken::New, Taken::New, Taken::Duplicate, Taken::Duplicate, Taken::New]);
    tx.commit().await.unwrap();
    // And over two transactions at once.
    let takers = (0..6).map(|_| {
        let db = db.clone();
        tokio::spawn(async move {
            loop {
                let mut tx = db.begin().await.unwrap();
                let taken = match tx.take(&INBOX, arrival(9)).await {
                    Ok(taken) => tx.commit().await.map(|()| taken),
                    Err(error) => Err(error),
                };
                match taken {
                    Ok(taken) => return taken,
                    Err(error) => assert_eq!(error.kind(), ErrorKind::Conflict),
                }
            }
        })
    });
    let taken: Vec<_> = futures_util::future::join_all(takers).await.into_iter().map(Result::unwrap).collect();
    assert_eq!(taken.iter().filter(|taken| **taken == Taken::New).count(), 1);
    assert_eq!(taken.iter().filter(|taken| **taken == Taken::Duplicate).count(), 5);
}

async fn take(db: &Sql<Db, Main>, inbox: &Inbox, arrival: Arrival<'_>) -> Taken {
    let mut tx = db.begin().await.unwrap();
    let taken = tx.take(inbox, arrival).await.unwrap();
    tx.commit().await.unwrap();
    taken
}

async fn g5_older_than_retention_is_never_new() {
    let (_place, db, clock) = fresh().await;
    let arrival = |key, id| Arrival { source: "shop", key, id };
    for id in [1, 3, 5] {
        assert_eq!(take(&db, &INBOX, arrival(b"k", id)).await, Taken::New);
        clock.advance(SECOND);
    }
    clock.advance(SECOND * 59);
    assert_eq!(db.trim_inbox(&INBOX, 10).await.unwrap(), 2);
    assert_eq!(take(&db, &INBOX, arrival(b"k", 1)).await, Taken::TooOld, "it was taken");
    assert_eq!(take(&db, &INBOX, arrival(b"k", 2)).await, Taken::TooOld, "nobody knows");
    assert_eq!(take(&db, &INBOX, arrival(b"k", 4)).await, Taken::New, "late, and above the watermark");
    assert_eq!(take(&db, &INBOX, arrival(b"k", 5)).await, Taken::Duplicate, "remembered still");
    assert_eq!(take(&db, &INBOX, arrival(b"other", 1)).await, Taken::New, "of another key");
}

async fn g6_dedup_is_per_id_and_subscriber() {
    let (_place, db, _) = fresh().await;
    let other = Inbox::new("mail");
    for (inbox, source, id) in [(&INBOX, "shop", 1), (&other, "shop", 1), (&INBOX, "till", 1), (&INBOX, "shop", 2)] {
        let arrival = Arrival { source, key: b"", id };
        assert_eq!(take(&db, inbox, arrival).await, Taken::New);
        assert_eq!(take(&db, inbox, arrival).await, Taken::Duplicate);
    }
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
        assert!(lease.fence > last, "one counter for all");
        last = lease.fence;
        add(&db, &[("a", round)]).await;
        let claimed = db.claim(&mut OUTBOX.relay(1), 1).await.unwrap();
        assert!(claimed[0].claim.fence > last);
        last = claimed[0].claim.fence;
        publish(&db, claimed).await;
    }
    // A copy that is confirmed goes on above all that the original gives out.
    let copy: Sql<Db, Main> = place.copy().await.node(2, SqlOptions::default().clock(clock.clone())).await;
    copy.confirm().await.unwrap();
    assert!(copy.acquire("another", 1, SECOND).await.unwrap().fence > last + (1 << 40));
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

fn letter(id: u64) -> DeadLetter {
    DeadLetter {
        id,
        name: "placed".into(),
        source: "here".into(),
        key: b"a".to_vec(),
        body: vec![0, 255],
        errors: vec!["refused".into(), "as it\nis".into()],
        attempts: 3,
        first_ms: 1,
        last_ms: 2,
    }
}

async fn d_dead_letters_are_listed_edited_replayed_once_and_discarded() {
    let (_place, db, _) = fresh().await;
    let mut tx = db.begin().await.unwrap();
    for id in 1..=3 {
        tx.bury(&DEAD, &letter(id)).await.unwrap();
    }
    tx.commit().await.unwrap();
    let all = db.letters(&DEAD, None, 10).await.unwrap();
    assert_eq!(all.iter().map(|(_, letter)| letter.clone()).collect::<Vec<_>>(), [letter(1), letter(2), letter(3)]);
    assert_eq!(db.letters(&DEAD, Some(all[0].0), 1).await.unwrap(), all[1..2]);
    db.edit(&DEAD, all[0].0, b"edited").await.unwrap();
    let two =
        futures_util::future::join(db.replay(&DEAD, all[0].0, &OUTBOX), db.replay(&DEAD, all[0].0, &OUTBOX)).await;
    assert!(two.0.is_ok() != two.1.is_ok(), "once");
    let claimed = db.claim(&mut OUTBOX.relay(1), 10).await.unwrap();
    assert_eq!((claimed[0].rows[0].message.id, &claimed[0].rows[0].message.body[..]), (1, &b"edited"[..]));
    db.discard(&DEAD, all[1].0).await.unwrap();
    assert_eq!(db.discard(&DEAD, all[1].0).await.unwrap_err().kind(), ErrorKind::Missing);
    let mut tx = db.begin().await.unwrap();
    assert_eq!(tx.exhume(&DEAD, all[2].0).await.unwrap(), letter(3));
    drop(tx);
    assert_eq!(db.letters(&DEAD, None, 10).await.unwrap(), all[2..], "a rollback keeps it");
}

async fn e_due_in_order_cancelled_moved_and_recurring() {
    let (_place, db, clock) = fresh().await;
    let start = catga::time::Clock::unix_ms(&clock);
    let mut tx = db.begin().await.unwrap();
    for (id, after) in [(1, 30), (2, 10), (3, 20), (4, 5)] {
        let due = Due::At(start + after * 1_000);
        tx.schedule(&SCHEDULE, due, Duration::ZERO, &message("a", id)).await.unwrap();
    }
    let again = tx.schedule(&SCHEDULE, Due::After(SECOND), Duration::ZERO, &message("a", 1)).await;
    assert_eq!(again.unwrap_err().kind(), ErrorKind::Mismatch);
    tx.schedule(&SCHEDULE, Due::After(SECOND * 25), SECOND * 10, &message("b", 50)).await.unwrap();
    tx.commit().await.unwrap();
    let mut tx = db.begin().await.unwrap();
    tx.cancel(&SCHEDULE, 4).await.unwrap();
    assert_eq!(tx.cancel(&SCHEDULE, 4).await.unwrap_err().kind(), ErrorKind::Missing);
    tx.move_to(&SCHEDULE, 3, start + 8_000).await.unwrap();
    tx.commit().await.unwrap();
    let ids: Vec<_> = db.scheduled(&SCHEDULE, None, 10).await.unwrap().iter().map(|(_, one)| one.message.id).collect();
    assert_eq!(ids, [3, 2, 50, 1]);
    assert_eq!(db.next_ms(&SCHEDULE).await.unwrap(), Some(start + 8_000));
    clock.advance(Duration::from_millis(7_999));
    assert_eq!(db.release(&SCHEDULE, &OUTBOX, 10).await.unwrap(), 0);
    // Down for a while: all that was due comes at once, in order; what was missed of the recurring one comes once.
    clock.advance(SECOND * 60);
    assert_eq!(db.release(&SCHEDULE, &OUTBOX, 10).await.unwrap(), 4);
    let mut relay = OUTBOX.relay(1);
    let mut sent = Vec::new();
    loop {
        let claimed = db.claim(&mut relay, 10).await.unwrap();
        if claimed.is_empty() {
            break;
        }
        sent.extend(claimed.iter().map(|key| (key.key[0], key.rows[0].message.id)));
        publish(&db, claimed).await;
    }
    let of = |key| sent.iter().filter(|(at, _)| *at == key).map(|(_, id)| *id).collect::<Vec<u64>>();
    assert_eq!((of(b'a'), of(b'b')), (vec![3, 2, 1], vec![50]));
    assert_eq!(db.next_ms(&SCHEDULE).await.unwrap(), Some(start + 75_000));
    clock.advance(SECOND * 10);
    assert_eq!(db.release(&SCHEDULE, &OUTBOX, 10).await.unwrap(), 1);
    assert_eq!(db.claim(&mut relay, 10).await.unwrap()[0].rows[0].message.id, 51, "the next time has the next id");
}

async fn leases_are_fenced() {
    let (_place, db, clock) = fresh().await;
    let first = db.acquire("leader", 1, SECOND * 5).await.unwrap();
    let later = ErrorKind::InProgress { retry_after: SECOND * 5 };
    assert_eq!(db.acquire("leader", 2, SECOND).await.unwrap_err().kind(), later);
    clock.advance(SECOND * 4);
    db.renew_lease("leader", first, SECOND * 5).await.unwrap();
    clock.advance(SECOND * 5);
    let second = db.acquire("leader", 2, SECOND * 5).await.unwrap();
    assert!(second.fence > first.fence);
    assert_eq!(db.renew_lease("leader", first, SECOND).await.unwrap_err().kind(), ErrorKind::Lost);
    let mut tx = db.begin().await.unwrap();
    assert_eq!(tx.guard("leader", first).await.unwrap_err().kind(), ErrorKind::Lost);
    drop(tx);
    let mut tx = db.begin().await.unwrap();
    tx.guard("leader", second).await.unwrap();
    tx.commit().await.unwrap();
    db.release_lease("leader", second).await.unwrap();
    assert_eq!(db.release_lease("leader", second).await.unwrap_err().kind(), ErrorKind::Lost);
    assert!(db.acquire("leader", 3, SECOND).await.unwrap().fence > second.fence);
}

async fn l12_a_copy_sends_nothing_on_its_own() {
    let (place, db, clock) = fresh().await;
    add(&db, &[("a", 1)]).await;
    let mut tx = db.begin().await.unwrap();
    tx.schedule(&SCHEDULE, Due::At(0), Duration::ZERO, &message("a", 2)).await.unwrap();
    tx.commit().await.unwrap();
    assert!(!db.is_held().await.unwrap());
    let copy: Sql<Db, Main> = place.copy().await.node(2, SqlOptions::default().clock(clock)).await;
    assert!(copy.is_held().await.unwrap());
    assert_eq!(copy.claim(&mut OUTBOX.relay(1), 10).await.unwrap_err().kind(), ErrorKind::Held);
    assert_eq!(copy.release(&SCHEDULE, &OUTBOX, 10).await.unwrap_err().kind(), ErrorKind::Held);
    copy.confirm().await.unwrap();
    copy.confirm().await.unwrap();
    assert!(!copy.is_held().await.unwrap());
    assert_eq!(copy.release(&SCHEDULE, &OUTBOX, 10).await.unwrap(), 1);
    assert_eq!(ids(&copy.claim(&mut OUTBOX.relay(1), 10).await.unwrap()), [1]);
}

async fn l13_unknown_messages_are_held() {
    let (_place, db, clock) = fresh().await;
    add(&db, &[("a", 1), ("a", 2), ("b", 3)]).await;
    let mut relay = OUTBOX.relay(1);
    let claimed = db.claim(&mut relay, 10).await.unwrap();
    mark(&db, claimed, |key| if key.key == b"a" { (0, Fate::Hold) } else { (1, Fate::GoOn) }).await;
    clock.advance(SECOND * 3_600);
    assert_eq!(db.claim(&mut relay, 10).await.unwrap(), []);
    assert_eq!(db.keys(&OUTBOX, None, 10).await.unwrap()[0].state, KeyState::Held);
    db.resume(&OUTBOX, b"a").await.unwrap();
    let claimed = db.claim(&mut relay, 10).await.unwrap();
    assert_eq!((ids(&claimed), claimed[0].rows[0].attempts), (vec![1], 0));
}
