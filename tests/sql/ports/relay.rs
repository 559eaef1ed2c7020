//! Keys that relays claim.

use std::time::Duration;

use catga::store::outbox::{Fate, KeyState, Marked};
use catga::store::sql::SqlOptions;
use catga::store::{ErrorKind, Sql};
use catga::testing::VirtualClock;
use catga_tests::scenarios;

use super::super::world::{Db, Main, fresh};
use super::{OUTBOX, SECOND, add, ids, mark, publish};

scenarios! { 7:
    f3_f4_what_was_not_marked_comes_again_with_its_id
    f5_two_relays_never_have_one_key
    f6_a_bad_message_parks_its_key_alone
    f7_an_outage_is_not_terminal
    f_every_key_has_its_turn
    f_no_key_waits_for_ever_behind_new_ones
    f_a_relay_that_lost_a_key_marks_nothing
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

/// Keys that count up: more come at the end with every claim, and one comes before where the relay is.
async fn f_no_key_waits_for_ever_behind_new_ones() {
    let (_place, db, _) = fresh().await;
    let come = async |ids: std::ops::Range<u64>| {
        let names: Vec<_> = ids.map(|id| (format!("{id:03}"), id)).collect();
        add(&db, &names.iter().map(|(name, id)| (name.as_str(), *id)).collect::<Vec<_>>()).await;
    };
    let mut relay = OUTBOX.relay(1);
    let mut turn = async |next: u64| {
        come(next..next + 4).await;
        let claimed = db.claim(&mut relay, 4).await.unwrap();
        let ids = ids(&claimed);
        publish(&db, claimed).await;
        ids
    };
    come(100..104).await;
    assert_eq!(turn(104).await, [100, 101, 102, 103]);
    come(0..1).await;
    assert_eq!(turn(108).await, [104, 105, 106, 107], "those that were there when the round began");
    assert_eq!(turn(112).await, [0, 108, 109, 110]);
    assert_eq!(turn(116).await, [111, 112, 113, 114]);
    assert_eq!(turn(120).await, [115, 116, 117, 118], "its next round ends later");
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
