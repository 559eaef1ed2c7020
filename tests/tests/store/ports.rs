//! What delivery keeps in a store, on every engine: CONFORMANCE.md's groups G, F (claims and order), E and D.

use std::collections::BTreeMap;
use std::time::Duration;

use catga::store::outbox::{Added, ClaimedKey, Fate, Marked, OutboxLimits, OutboxMessage};
use catga::store::writer::{Inline, Manual};
use catga::store::{
    Arrival, Claim, Claiming, DeadLetter, DeadLetters, ErrorKind, Idempotency, Inbox, Lease, Outbox, Recorded,
    Scheduler, Store, Table, Taken,
};
use catga::testing::{SeededRandom, VirtualClock};
use catga::time::{Clock as _, Random as _};

use crate::engines::{Make, store};
use crate::suite::{Scenario, block_on, kind, poll};

const EFFECTS: Table<String, u64> = Table::new("effects");
const PAY: Idempotency = Idempotency::new("pay").lease(Duration::from_secs(10)).retention(Duration::from_secs(100));
const OUTBOX: Outbox = Outbox::new("out").lease(Duration::from_secs(10));
const LETTERS: DeadLetters = DeadLetters::new("dead");
const SCHEDULE: Scheduler = Scheduler::new("later");
const INBOX: Inbox = Inbox::new("mail").retention(Duration::from_secs(100));

macro_rules! scenarios {
    ($($name:ident,)*) => { pub const SCENARIOS: &[Scenario] = &[$(Scenario { name: stringify!($name), run: $name },)*]; };
}

scenarios! {
    g1_a_duplicate_gets_the_recorded_reply,
    g2_concurrent_duplicates_have_one_effect,
    g2_checked_at_the_commit,
    g3_effect_and_record_are_one,
    g4_duplicates_in_one_group,
    g5_older_than_retention_is_never_new,
    g6_dedup_is_per_id_and_subscriber,
    g7_a_stale_owner_completes_nothing,
    g8_fences_never_go_back,
    g9_a_key_is_free_when_its_lease_ends,
    g10_failures_are_not_recorded,
    one_key_with_two_requests_is_an_error,
    replies_are_forgotten_after_the_retention,
    f1_a_rollback_emits_nothing,
    f3_what_was_not_marked_comes_again,
    f5_two_relays_never_have_one_key,
    f6_a_bad_message_parks_its_key_alone,
    f7_an_outage_is_not_terminal,
    f8_a_duplicate_is_harmless,
    f10_first_in_first_out_per_key,
    f_every_key_has_its_turn,
    f_unknown_messages_are_held,
    f_a_full_outbox_says_so,
    f_published_rows_are_kept_for_the_retention,
    f_a_relay_that_lost_a_key_marks_nothing,
    f_no_row_is_forgotten_whatever_interleaves,
    f_done_with_the_effect,
    e1_due_in_order_and_not_before,
    e3_cancelled_and_moved,
    e_recurring,
    d_dead_letters,
    d_replayed_once,
    leases,
}

struct World {
    store: Store,
    clock: VirtualClock,
}

fn world(make: Make<'_>) -> World {
    let clock = VirtualClock::new();
    World { store: store(make(), Store::<()>::options().writer(Inline).clock(clock.clone())), clock }
}

fn reply(text: &str) -> Recorded {
    Recorded { codec: "text".into(), schema: 7, reply: text.into() }
}

fn yours(claiming: Claiming) -> Claim {
    match claiming {
        Claiming::Yours(claim) => claim,
        Claiming::Done(_) => panic!("it has run already"),
    }
}

async fn effect(store: &Store, name: &str) -> u64 {
    EFFECTS.get(&mut store.begin().unwrap(), name).await.unwrap().unwrap_or_default()
}

fn g1_a_duplicate_gets_the_recorded_reply(make: Make<'_>) {
    let World { store, .. } = world(make);
    block_on(async {
        let before = store.stats().committed;
        let claim = yours(PAY.claim(&store, b"k", 1, 5).await.unwrap());
        assert_eq!(store.stats().committed, before + 1, "one trip");
        let mut tx = store.begin().unwrap();
        EFFECTS.put(&mut tx, "paid", &1).unwrap();
        PAY.complete(&mut tx, b"k", claim, reply("ok")).unwrap();
        tx.commit().await.unwrap();
        for _ in 0..3 {
            assert_eq!(PAY.claim(&store, b"k", 1, 6).await.unwrap(), Claiming::Done(reply("ok")));
        }
        assert_eq!(store.stats().committed, before + 2, "and none for a reply that is there");
        yours(PAY.claim(&store, b"other", 1, 6).await.unwrap());
        yours(Idempotency::new("refund").claim(&store, b"k", 1, 6).await.unwrap());
    });
}

fn g2_concurrent_duplicates_have_one_effect(make: Make<'_>) {
    let writer = Manual::default();
    let store = store(make(), Store::<()>::options().writer(writer.clone()));
    block_on(async {
        let mut claims: Vec<_> = (0..8).map(|owner| Box::pin(PAY.claim(&store, b"k", 1, owner))).collect();
        let mut answers = Vec::new();
        for _ in 0..100 {
            claims.retain_mut(|claim| match poll(claim) {
                std::task::Poll::Ready(answer) => {
                    answers.push(answer);
                    false
                }
                std::task::Poll::Pending => true,
            });
            writer.commit_one();
        }
        let mine = answers.iter().filter(|answer| matches!(answer, Ok(Claiming::Yours(_)))).count();
        assert_eq!(mine, 1);
        for answer in answers.into_iter().filter_map(Result::err) {
            assert!(matches!(answer.kind(), ErrorKind::InProgress { .. }), "{answer:?}");
        }
    });
}

fn g2_checked_at_the_commit(make: Make<'_>) {
    let World { store, .. } = world(make);
    block_on(async {
        let mut both = Vec::new();
        for _ in 0..2 {
            let mut tx = store.begin().unwrap();
            assert_eq!(PAY.check(&mut tx, b"k", 1).unwrap(), None);
            let sum = EFFECTS.get(&mut tx, "paid").await.unwrap().unwrap_or_default();
            EFFECTS.put(&mut tx, "paid", &(sum + 1)).unwrap();
            PAY.record(&mut tx, b"k", 1, reply("ok")).unwrap();
            both.push(tx);
        }
        let second = both.pop().unwrap();
        both.pop().unwrap().commit().await.unwrap();
        assert_eq!(kind(second.commit().await), Some(ErrorKind::Conflict));
        let mut again = store.begin().unwrap();
        assert_eq!(PAY.check(&mut again, b"k", 1).unwrap(), Some(reply("ok")));
        assert_eq!(kind(PAY.check(&mut again, b"k", 2)), Some(ErrorKind::Mismatch));
        assert_eq!(effect(&store, "paid").await, 1);
        assert_eq!(
            PAY.claim(&store, b"k", 1, 3).await.unwrap(),
            Claiming::Done(reply("ok")),
            "one record for both ways"
        );
    });
}

fn g3_effect_and_record_are_one(make: Make<'_>) {
    let World { store, clock } = world(make);
    block_on(async {
        // Ended before the commit: neither is there, and the next caller runs it when the lease has ended.
        let claim = yours(PAY.claim(&store, b"k", 1, 5).await.unwrap());
        let mut tx = store.begin().unwrap();
        EFFECTS.put(&mut tx, "paid", &1).unwrap();
        PAY.complete(&mut tx, b"k", claim, reply("ok")).unwrap();
        drop(tx);
        assert_eq!(effect(&store, "paid").await, 0);
        clock.advance(Duration::from_secs(10));
        let claim = yours(PAY.claim(&store, b"k", 1, 6).await.unwrap());
        let mut tx = store.begin().unwrap();
        EFFECTS.put(&mut tx, "paid", &1).unwrap();
        PAY.complete(&mut tx, b"k", claim, reply("ok")).unwrap();
        tx.commit().await.unwrap();
        // Ended before the answer: both are there.
        assert_eq!(PAY.claim(&store, b"k", 1, 7).await.unwrap(), Claiming::Done(reply("ok")));
        assert_eq!(effect(&store, "paid").await, 1);
    });
}

fn g4_duplicates_in_one_group(make: Make<'_>) {
    let writer = Manual::default();
    let store = store(make(), Store::<()>::options().writer(writer.clone()));
    block_on(async {
        let arrival = Arrival { source: "shop", key: b"k", id: 9 };
        let mut commits = Vec::new();
        for _ in 0..4 {
            let mut tx = store.begin().unwrap();
            assert_eq!(INBOX.take(&mut tx, arrival).unwrap(), Taken::New);
            assert_eq!(INBOX.take(&mut tx, arrival).unwrap(), Taken::Duplicate, "twice in one batch");
            let mut commit = tx.commit();
            assert!(poll(&mut commit).is_pending());
            commits.push(commit);
        }
        writer.commit_one();
        let mut committed = 0;
        for commit in commits {
            committed += u32::from(commit.await.is_ok());
        }
        assert_eq!(committed, 1);
        assert_eq!(INBOX.take(&mut store.begin().unwrap(), arrival).unwrap(), Taken::Duplicate);
    });
}

fn g5_older_than_retention_is_never_new(make: Make<'_>) {
    let World { store, clock } = world(make);
    block_on(async {
        let arrival = |key: &'static [u8], id| Arrival { source: "shop", key, id };
        for id in 1..=10 {
            let mut tx = store.begin().unwrap();
            assert_eq!(INBOX.take(&mut tx, arrival(b"k", id)).unwrap(), Taken::New);
            tx.commit().await.unwrap();
            clock.advance(Duration::from_secs(10));
        }
        assert_eq!(INBOX.trim(&store, 100).await.unwrap(), 0, "none is older than 100 s");
        clock.advance(Duration::from_secs(51));
        assert_eq!(INBOX.trim(&store, 3).await.unwrap(), 3);
        assert_eq!(INBOX.trim(&store, 100).await.unwrap(), 3);
        let mut tx = store.begin().unwrap();
        for id in 1..=10 {
            let expected = if id <= 6 { Taken::TooOld } else { Taken::Duplicate };
            assert_eq!(INBOX.take(&mut tx, arrival(b"k", id)).unwrap(), expected, "{id}");
        }
        assert_eq!(INBOX.take(&mut tx, arrival(b"k", 0)).unwrap(), Taken::TooOld, "never seen, and nobody can tell");
        assert_eq!(INBOX.take(&mut tx, arrival(b"k", 11)).unwrap(), Taken::New);
        assert_eq!(INBOX.take(&mut tx, arrival(b"other", 1)).unwrap(), Taken::New, "a watermark is of one key");
    });
}

fn g6_dedup_is_per_id_and_subscriber(make: Make<'_>) {
    let World { store, .. } = world(make);
    block_on(async {
        let mut tx = store.begin().unwrap();
        let arrival = Arrival { source: "shop", key: b"", id: 1 };
        assert_eq!(INBOX.take(&mut tx, arrival).unwrap(), Taken::New);
        assert_eq!(Inbox::new("stock").take(&mut tx, arrival).unwrap(), Taken::New);
        assert_eq!(INBOX.take(&mut tx, Arrival { id: 2, ..arrival }).unwrap(), Taken::New);
        assert_eq!(
            INBOX.take(&mut tx, Arrival { source: "other", ..arrival }).unwrap(),
            Taken::New,
            "of another store"
        );
        assert_eq!(INBOX.take(&mut tx, arrival).unwrap(), Taken::Duplicate);
        tx.commit().await.unwrap();
    });
}

fn g7_a_stale_owner_completes_nothing(make: Make<'_>) {
    let World { store, clock } = world(make);
    block_on(async {
        let old = yours(PAY.claim(&store, b"k", 1, 5).await.unwrap());
        clock.advance(Duration::from_secs(4));
        PAY.renew(&store, b"k", old).await.unwrap();
        let busy = PAY.claim(&store, b"k", 1, 6).await.unwrap_err();
        assert_eq!(busy.kind(), ErrorKind::InProgress { retry_after: Duration::from_secs(10) }, "it was renewed");
        clock.advance(Duration::from_secs(10));
        // It has prepared its effect when it loses the claim, to one of the same owner's number: what counts is
        // the fence.
        let mut late = store.begin().unwrap();
        EFFECTS.put(&mut late, "paid", &1).unwrap();
        PAY.complete(&mut late, b"k", old, reply("old")).unwrap();
        let new = yours(PAY.claim(&store, b"k", 1, 5).await.unwrap());
        assert_eq!(kind(late.commit().await), Some(ErrorKind::Lost));
        assert_eq!(effect(&store, "paid").await, 0);
        assert_eq!(kind(PAY.renew(&store, b"k", old).await), Some(ErrorKind::Lost));
        assert_eq!(kind(PAY.release(&store, b"k", old).await), Some(ErrorKind::Lost));
        assert_eq!(kind(PAY.complete(&mut store.begin().unwrap(), b"k", old, reply("old"))), Some(ErrorKind::Lost));
        let mut tx = store.begin().unwrap();
        PAY.complete(&mut tx, b"k", new, reply("new")).unwrap();
        // A renewal in between is no conflict.
        PAY.renew(&store, b"k", new).await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!(PAY.claim(&store, b"k", 1, 6).await.unwrap(), Claiming::Done(reply("new")));
    });
}

fn g8_fences_never_go_back(make: Make<'_>) {
    let World { store, clock } = world(make);
    block_on(async {
        let mut last = 0;
        for round in 0..30u64 {
            let key = [round as u8 % 3];
            let claim = yours(PAY.claim(&store, &key, 1, round).await.unwrap());
            assert!(claim.fence > last, "after a failure, an expiry, or another key");
            last = claim.fence;
            match round % 2 {
                0 => PAY.release(&store, &key, claim).await.unwrap(),
                _ => clock.advance(Duration::from_secs(10)),
            }
            let lease = Lease::acquire(&store, "leader", round, Duration::from_secs(1)).await.unwrap();
            assert!(lease.claim().fence > last, "one counter for all");
            last = lease.claim().fence;
            lease.release(&store).await.unwrap();
        }
    });
}

fn g9_a_key_is_free_when_its_lease_ends(make: Make<'_>) {
    let World { store, clock } = world(make);
    block_on(async {
        yours(PAY.claim(&store, b"k", 1, 5).await.unwrap());
        clock.advance(Duration::from_millis(9_999));
        let busy = PAY.claim(&store, b"k", 1, 6).await.unwrap_err();
        assert_eq!(busy.kind(), ErrorKind::InProgress { retry_after: Duration::from_millis(1) });
        clock.advance(Duration::from_millis(1));
        yours(PAY.claim(&store, b"k", 1, 6).await.unwrap());
    });
}

fn g10_failures_are_not_recorded(make: Make<'_>) {
    let World { store, .. } = world(make);
    block_on(async {
        for owner in 0..3 {
            let claim = yours(PAY.claim(&store, b"k", 1, owner).await.unwrap());
            PAY.release(&store, b"k", claim).await.unwrap();
        }
    });
}

fn one_key_with_two_requests_is_an_error(make: Make<'_>) {
    let World { store, clock } = world(make);
    block_on(async {
        let claim = yours(PAY.claim(&store, b"k", 1, 5).await.unwrap());
        assert_eq!(kind(PAY.claim(&store, b"k", 2, 6).await), Some(ErrorKind::Mismatch));
        clock.advance(Duration::from_secs(11));
        assert_eq!(kind(PAY.claim(&store, b"k", 2, 6).await), Some(ErrorKind::Mismatch), "the first may have happened");
        let mut tx = store.begin().unwrap();
        PAY.complete(&mut tx, b"k", claim, reply("ok")).unwrap();
        tx.commit().await.unwrap();
        assert_eq!(kind(PAY.claim(&store, b"k", 2, 6).await), Some(ErrorKind::Mismatch));
    });
}

fn replies_are_forgotten_after_the_retention(make: Make<'_>) {
    let World { store, clock } = world(make);
    block_on(async {
        for key in 0..5u8 {
            let claim = yours(PAY.claim(&store, &[key], 1, 5).await.unwrap());
            let mut tx = store.begin().unwrap();
            PAY.complete(&mut tx, &[key], claim, reply("ok")).unwrap();
            tx.commit().await.unwrap();
            clock.advance(Duration::from_secs(30));
        }
        assert_eq!(PAY.trim(&store, 10).await.unwrap(), 2, "those of 150 and 120 s ago");
        for key in 0..5u8 {
            let again = PAY.claim(&store, &[key], 1, 6).await.unwrap();
            assert_eq!(matches!(again, Claiming::Yours(_)), key < 2);
        }
        assert_eq!(PAY.trim(&store, 10).await.unwrap(), 0);
    });
}

fn message(key: &str, id: u64) -> OutboxMessage {
    OutboxMessage { id, name: "placed".into(), key: key.into(), body: vec![id as u8; 20] }
}

async fn add(store: &Store, messages: &[(&str, u64)]) {
    let mut tx = store.begin().unwrap();
    for (key, id) in messages {
        assert_eq!(OUTBOX.add(&mut tx, &message(key, *id)).unwrap(), Added::New);
    }
    tx.commit().await.unwrap();
}

fn ids(claimed: &[ClaimedKey]) -> Vec<u64> {
    claimed.iter().flat_map(|key| key.rows.iter().map(|row| row.message.id)).collect()
}

fn marked(key: ClaimedKey, published: usize, fate: Fate) -> Marked {
    Marked { key, published, fate }
}

async fn publish(store: &Store, claimed: Vec<ClaimedKey>) {
    let all: Vec<_> = claimed
        .into_iter()
        .map(|key| {
            let all = key.rows.len();
            marked(key, all, Fate::GoOn)
        })
        .collect();
    OUTBOX.mark(store, &all).await.unwrap();
}

fn f1_a_rollback_emits_nothing(make: Make<'_>) {
    let World { store, .. } = world(make);
    block_on(async {
        let mut relay = OUTBOX.relay(1);
        let mut tx = store.begin().unwrap();
        OUTBOX.add(&mut tx, &message("a", 1)).unwrap();
        drop(tx);
        assert_eq!(relay.claim(&store, 10).await.unwrap(), []);
        let mut tx = store.begin().unwrap();
        let mark = tx.mark();
        OUTBOX.add(&mut tx, &message("a", 2)).unwrap();
        tx.truncate(mark);
        OUTBOX.add(&mut tx, &message("a", 2)).unwrap();
        EFFECTS.put(&mut tx, "placed", &1).unwrap();
        tx.commit().await.unwrap();
        assert_eq!(OUTBOX.backlog(&store).unwrap(), 1);
        let claimed = relay.claim(&store, 10).await.unwrap();
        assert_eq!(ids(&claimed), [2], "of one attempt");
        let row = &claimed[0].rows[0];
        assert_eq!((&row.message, row.attempts), (&message("a", 2), 0));
        publish(&store, claimed).await;
        assert_eq!((relay.claim(&store, 10).await.unwrap(), OUTBOX.backlog(&store).unwrap()), (vec![], 0));
    });
}

fn f3_what_was_not_marked_comes_again(make: Make<'_>) {
    let World { store, clock } = world(make);
    block_on(async {
        add(&store, &[("a", 1), ("b", 2)]).await;
        let first = OUTBOX.relay(1).claim(&store, 10).await.unwrap();
        assert_eq!(ids(&first), [1, 2]);
        // The relay published them, and ended.
        clock.advance(Duration::from_millis(9_999));
        let mut relay = OUTBOX.relay(2);
        assert_eq!(relay.claim(&store, 10).await.unwrap(), []);
        clock.advance(Duration::from_millis(1));
        let second = relay.claim(&store, 10).await.unwrap();
        assert_eq!(ids(&second), [1, 2], "the same ids");
        assert!(second[0].claim.fence > first[0].claim.fence);
        publish(&store, second).await;
        assert_eq!(relay.claim(&store, 10).await.unwrap(), []);
    });
}

fn f5_two_relays_never_have_one_key(make: Make<'_>) {
    let writer = Manual::default();
    let store = store(make(), Store::<()>::options().writer(writer.clone()));
    block_on(async {
        let mut tx = store.begin().unwrap();
        for id in 0..12 {
            OUTBOX.add(&mut tx, &message(&format!("{}", id % 6), id)).unwrap();
        }
        let mut commit = tx.commit();
        assert!(poll(&mut commit).is_pending());
        writer.commit_one();
        let mut relays: Vec<_> = (0..3).map(|owner| OUTBOX.relay(owner)).collect();
        let mut claims: Vec<_> = relays.iter_mut().map(|relay| Box::pin(relay.claim(&store, 4))).collect();
        let mut claimed = Vec::new();
        for _ in 0..100 {
            claims.retain_mut(|claim| match poll(claim) {
                std::task::Poll::Ready(answer) => {
                    claimed.extend(answer.unwrap());
                    false
                }
                std::task::Poll::Pending => true,
            });
            writer.commit_one();
        }
        let mut keys: Vec<_> = claimed.iter().map(|claimed| claimed.key.clone()).collect();
        keys.sort();
        assert_eq!(keys.len(), 6);
        keys.dedup();
        assert_eq!(keys.len(), 6, "each key once");
    });
}

fn f6_a_bad_message_parks_its_key_alone(make: Make<'_>) {
    let World { store, .. } = world(make);
    block_on(async {
        add(&store, &[("a", 1), ("bad", 2), ("bad", 3), ("c", 4), ("a", 5)]).await;
        let mut relay = OUTBOX.relay(1);
        let mut published = Vec::new();
        loop {
            let claimed = relay.claim(&store, 10).await.unwrap();
            if claimed.is_empty() {
                break;
            }
            assert!(published.len() < 10);
            let fate = |key: ClaimedKey| match key.key.as_slice() {
                b"bad" => marked(key, 0, Fate::Park { error: "cannot be read".into() }),
                _ => marked(key, 1, Fate::GoOn),
            };
            published.extend(ids(&claimed).into_iter().filter(|id| *id != 2));
            OUTBOX.mark(&store, &claimed.into_iter().map(fate).collect::<Vec<_>>()).await.unwrap();
        }
        assert_eq!(published, [1, 4, 5]);
        add(&store, &[("bad", 6)]).await;
        assert_eq!(relay.claim(&store, 10).await.unwrap(), [], "nothing of it moves");
        let keys = OUTBOX.keys(&store, None, 10).unwrap();
        assert_eq!((keys.len(), keys[0].key.as_slice(), keys[0].error.as_str()), (1, &b"bad"[..], "cannot be read"));
        assert_eq!(keys[0].state, catga::store::outbox::KeyState::Parked);
        assert_eq!(OUTBOX.keys(&store, Some(b"bad"), 10).unwrap(), []);
        assert_eq!(kind(OUTBOX.resume(&store, b"a").await), Some(ErrorKind::Missing));
        OUTBOX.resume(&store, b"bad").await.unwrap();
        // The first is given up for good, and the others go on, in their order.
        let claimed = relay.claim(&store, 10).await.unwrap();
        assert_eq!(ids(&claimed), [2]);
        let mut tx = store.begin().unwrap();
        LETTERS.put(&mut tx, &letter(2)).unwrap();
        OUTBOX.mark_in(&mut tx, &marked(claimed[0].clone(), 0, Fate::TakeOff)).unwrap();
        tx.commit().await.unwrap();
        for expected in [3, 6] {
            let claimed = relay.claim(&store, 10).await.unwrap();
            assert_eq!(ids(&claimed), [expected]);
            publish(&store, claimed).await;
        }
        assert_eq!((LETTERS.list(&store, None, 10).unwrap().len(), OUTBOX.backlog(&store).unwrap()), (1, 0));
    });
}

fn f7_an_outage_is_not_terminal(make: Make<'_>) {
    let World { store, clock } = world(make);
    block_on(async {
        add(&store, &[("a", 1), ("a", 2)]).await;
        let mut relay = OUTBOX.relay(1);
        for attempt in 0..60 {
            let claimed = relay.claim(&store, 10).await.unwrap();
            assert_eq!((ids(&claimed), claimed[0].rows[0].attempts), (vec![1], attempt));
            let fate = Fate::Again { after: Duration::from_secs(60), error: "no broker".into() };
            OUTBOX.mark(&store, &[marked(claimed[0].clone(), 0, fate)]).await.unwrap();
            // Messages that come meanwhile do not wake it early.
            add(&store, &[("a", 100 + u64::from(attempt))]).await;
            clock.advance(Duration::from_millis(59_999));
            assert_eq!(relay.claim(&store, 10).await.unwrap(), []);
            clock.advance(Duration::from_millis(1));
        }
        for expected in [1, 2].into_iter().chain(100..160) {
            let claimed = relay.claim(&store, 10).await.unwrap();
            assert_eq!(
                (ids(&claimed), claimed[0].rows[0].attempts),
                (vec![expected], if expected == 1 { 60 } else { 0 })
            );
            publish(&store, claimed).await;
        }
        assert_eq!(OUTBOX.backlog(&store).unwrap(), 0);
    });
}

fn f8_a_duplicate_is_harmless(make: Make<'_>) {
    let World { store, .. } = world(make);
    block_on(async {
        let mut tx = store.begin().unwrap();
        assert_eq!(OUTBOX.add(&mut tx, &message("a", 1)).unwrap(), Added::New);
        assert_eq!(OUTBOX.add(&mut tx, &message("a", 1)).unwrap(), Added::Duplicate);
        assert_eq!(OUTBOX.add(&mut tx, &message("b", 1)).unwrap(), Added::New);
        tx.commit().await.unwrap();
        assert_eq!(OUTBOX.backlog(&store).unwrap(), 2);
        // Of another transaction it is a row more, with the same id: its inbox takes it once.
        add(&store, &[("a", 1)]).await;
        assert_eq!(OUTBOX.backlog(&store).unwrap(), 3);
    });
}

fn f10_first_in_first_out_per_key(make: Make<'_>) {
    let World { store, .. } = world(make);
    let chance = SeededRandom::new(11);
    block_on(async {
        let outbox = OUTBOX.limits(OutboxLimits { rows: 10_000, per_claim: 5 });
        let mut expected: BTreeMap<Vec<u8>, Vec<u64>> = BTreeMap::new();
        for id in (0..600).step_by(3) {
            let mut tx = store.begin().unwrap();
            for id in id..id + 3 {
                let key = format!("{}", chance.up_to(15));
                outbox.add(&mut tx, &message(&key, id)).unwrap();
                expected.entry(key.into()).or_default().push(id);
            }
            tx.commit().await.unwrap();
        }
        let mut published: BTreeMap<Vec<u8>, Vec<u64>> = BTreeMap::new();
        let mut relay = outbox.relay(1);
        let mut claims = 0;
        loop {
            let claimed = relay.claim(&store, 6).await.unwrap();
            if claimed.is_empty() {
                break;
            }
            claims += 1;
            assert!(claims < 1_000);
            let mut all = Vec::new();
            for key in claimed {
                // Sometimes not all of them.
                let done = chance.up_to(key.rows.len() as u64) as usize;
                let ids = key.rows[..done].iter().map(|row| row.message.id);
                published.entry(key.key.clone()).or_default().extend(ids);
                all.push(marked(key, done, Fate::GoOn));
            }
            outbox.mark(&store, &all).await.unwrap();
        }
        assert_eq!(published, expected);
        assert!(claims < 200, "in batches: {claims}");
    });
}

fn f_every_key_has_its_turn(make: Make<'_>) {
    let World { store, .. } = world(make);
    block_on(async {
        let keys: Vec<String> = (0..10).map(|key| format!("{key}")).collect();
        for id in 0..5 {
            add(&store, &keys.iter().map(|key| (key.as_str(), id)).collect::<Vec<_>>()).await;
        }
        let mut relay = OUTBOX.relay(1);
        let mut turns = BTreeMap::new();
        for _ in 0..10 {
            let claimed = relay.claim(&store, 2).await.unwrap();
            claimed.iter().for_each(|key| *turns.entry(key.key.clone()).or_insert(0) += 1);
            publish(&store, claimed).await;
        }
        assert_eq!(turns.into_values().collect::<Vec<_>>(), [2; 10]);
    });
}

fn f_unknown_messages_are_held(make: Make<'_>) {
    let World { store, clock } = world(make);
    block_on(async {
        add(&store, &[("a", 1), ("a", 2), ("b", 3)]).await;
        let mut relay = OUTBOX.relay(1);
        let claimed = relay.claim(&store, 1).await.unwrap();
        OUTBOX.mark(&store, &[marked(claimed[0].clone(), 0, Fate::Hold)]).await.unwrap();
        clock.advance(Duration::from_secs(1_000));
        let rest = relay.claim(&store, 10).await.unwrap();
        assert_eq!(ids(&rest), [3]);
        publish(&store, rest).await;
        assert_eq!(relay.claim(&store, 10).await.unwrap(), []);
        assert_eq!(OUTBOX.keys(&store, None, 10).unwrap()[0].state, catga::store::outbox::KeyState::Held);
        // A program that knows it.
        OUTBOX.resume(&store, b"a").await.unwrap();
        let claimed = relay.claim(&store, 10).await.unwrap();
        assert_eq!((ids(&claimed), claimed[0].rows[0].attempts), (vec![1], 0), "it was never tried");
    });
}

fn f_a_full_outbox_says_so(make: Make<'_>) {
    let World { store, .. } = world(make);
    block_on(async {
        let small = OUTBOX.limits(OutboxLimits { rows: 3, per_claim: 1 });
        for id in 0..3 {
            let mut tx = store.begin().unwrap();
            small.add(&mut tx, &message("a", id)).unwrap();
            tx.commit().await.unwrap();
        }
        assert_eq!(kind(small.add(&mut store.begin().unwrap(), &message("b", 9))), Some(ErrorKind::Overloaded));
        // The drain goes on.
        let claimed = small.relay(1).claim(&store, 10).await.unwrap();
        publish(&store, claimed).await;
        small.add(&mut store.begin().unwrap(), &message("b", 9)).unwrap();
    });
}

fn f_published_rows_are_kept_for_the_retention(make: Make<'_>) {
    let World { store, clock } = world(make);
    block_on(async {
        let kept = OUTBOX.retention(Duration::from_secs(100));
        for id in 0..4 {
            add(&store, &[("a", id)]).await;
            let claimed = kept.relay(1).claim(&store, 10).await.unwrap();
            let all: Vec<_> = claimed.into_iter().map(|key| marked(key, 1, Fate::GoOn)).collect();
            kept.mark(&store, &all).await.unwrap();
            clock.advance(Duration::from_secs(40));
        }
        add(&store, &[("a", 9)]).await;
        let ids = |store| kept.published(store, 10).unwrap().into_iter().map(|(id, _)| id).collect::<Vec<_>>();
        assert_eq!(ids(&store), [0, 1, 2, 3]);
        assert_eq!(kept.trim(&store, 10).await.unwrap(), 2);
        assert_eq!((ids(&store), kept.backlog(&store).unwrap()), (vec![2, 3], 1), "and nothing that is not published");
    });
}

fn f_a_relay_that_lost_a_key_marks_nothing(make: Make<'_>) {
    let World { store, clock } = world(make);
    block_on(async {
        add(&store, &[("a", 1), ("a", 2)]).await;
        let old = OUTBOX.relay(1).claim(&store, 10).await.unwrap().remove(0);
        let mut renewed = old.clone();
        clock.advance(Duration::from_secs(9));
        OUTBOX.renew(&store, &mut renewed).await.unwrap();
        clock.advance(Duration::from_secs(9));
        let mut other = OUTBOX.relay(1);
        assert_eq!(other.claim(&store, 10).await.unwrap(), [], "it was renewed");
        clock.advance(Duration::from_secs(2));
        let new = other.claim(&store, 10).await.unwrap().remove(0);
        for fate in [Fate::GoOn, Fate::Hold, Fate::TakeOff, Fate::Park { error: String::new() }] {
            assert_eq!(kind(OUTBOX.mark(&store, &[marked(renewed.clone(), 1, fate)]).await), Some(ErrorKind::Lost));
        }
        assert_eq!(kind(OUTBOX.renew(&store, &mut renewed).await), Some(ErrorKind::Lost));
        assert_eq!(OUTBOX.backlog(&store).unwrap(), 2);
        publish(&store, vec![new]).await;
        assert_eq!(ids(&other.claim(&store, 10).await.unwrap()), [2]);
    });
}

/// Intake, claims and marks with snapshots that are old by the time they commit: at the end every row was
/// published, in its order.
fn f_no_row_is_forgotten_whatever_interleaves(make: Make<'_>) {
    for seed in 0..15 {
        let chance = SeededRandom::new(seed);
        let writer = Manual::default();
        let store = store(make(), Store::<()>::options().writer(writer.clone()));
        block_on(async {
            let mut adding = Vec::new();
            let mut relays: Vec<_> = (0..2).map(|owner| OUTBOX.relay(owner)).collect();
            let mut marking: Vec<std::pin::Pin<Box<dyn Future<Output = ()>>>> = Vec::new();
            let (mut next, mut added) = (0, BTreeMap::<Vec<u8>, Vec<u64>>::new());
            let mut published = BTreeMap::<Vec<u8>, Vec<u64>>::new();
            let mut idle = 0;
            let mut turns = 0;
            while idle < 3 {
                turns += 1;
                assert!(turns < 1_000, "rows that never come");
                for _ in 0..chance.up_to(2) {
                    if next < 60 {
                        let key = format!("{}", chance.up_to(3));
                        let mut tx = store.begin().unwrap();
                        OUTBOX.add(&mut tx, &message(&key, next)).unwrap();
                        let mut commit = tx.commit();
                        // The order of the hand-over is the order of the rows.
                        assert!(poll(&mut commit).is_pending());
                        added.entry(key.into()).or_default().push(next);
                        adding.push(commit);
                        next += 1;
                    }
                }
                let mut claims: Vec<_> = relays.iter_mut().map(|relay| Box::pin(relay.claim(&store, 3))).collect();
                let mut claimed = Vec::new();
                let mut rounds = 0;
                while !claims.is_empty() {
                    assert!(rounds < 1_000, "claims that never end");
                    claims.retain_mut(|claim| match poll(claim) {
                        std::task::Poll::Ready(answer) => {
                            claimed.extend(answer.unwrap_or_default());
                            false
                        }
                        std::task::Poll::Pending => true,
                    });
                    marking.retain_mut(|mark| poll(mark).is_pending());
                    rounds += 1;
                    if rounds == 1 && next < 60 && chance.up_to(1) == 0 {
                        // Between the snapshot of the claim and its commit.
                        let mut tx = store.begin().unwrap();
                        OUTBOX.add(&mut tx, &message("0", next)).unwrap();
                        let mut commit = tx.commit();
                        assert!(poll(&mut commit).is_pending());
                        added.entry(b"0".to_vec()).or_default().push(next);
                        adding.push(commit);
                        next += 1;
                    }
                    writer.commit_one();
                }
                idle = if claimed.is_empty() && marking.is_empty() && next == 60 { idle + 1 } else { 0 };
                for key in claimed {
                    published.entry(key.key.clone()).or_default().push(key.rows[0].message.id);
                    let store = store.clone();
                    let mut mark: std::pin::Pin<Box<dyn Future<Output = ()>>> = Box::pin(async move {
                        OUTBOX.mark(&store, &[marked(key, 1, Fate::GoOn)]).await.unwrap();
                    });
                    // Handed over now or later.
                    if chance.up_to(1) == 0 {
                        assert!(poll(&mut mark).is_pending());
                    }
                    marking.push(mark);
                }
            }
            assert_eq!(published, added, "seed {seed}");
            assert_eq!(OUTBOX.backlog(&store).unwrap(), 0);
        });
    }
}

/// A local handler's effect, its mark and its inbox row are one transaction.
fn f_done_with_the_effect(make: Make<'_>) {
    let World { store, clock } = world(make);
    block_on(async {
        add(&store, &[("a", 1)]).await;
        for ends_before_the_commit in [true, false] {
            let claimed = OUTBOX.relay(1).claim(&store, 1).await.unwrap().remove(0);
            let mut tx = store.begin().unwrap();
            assert_eq!(INBOX.take(&mut tx, Arrival { source: "self", key: b"a", id: 1 }).unwrap(), Taken::New);
            let sum = EFFECTS.get(&mut tx, "told").await.unwrap().unwrap_or_default();
            EFFECTS.put(&mut tx, "told", &(sum + 1)).unwrap();
            OUTBOX.mark_in(&mut tx, &marked(claimed, 1, Fate::GoOn)).unwrap();
            if ends_before_the_commit {
                drop(tx);
                clock.advance(Duration::from_secs(10));
            } else {
                tx.commit().await.unwrap();
            }
        }
        assert_eq!((effect(&store, "told").await, OUTBOX.backlog(&store).unwrap()), (1, 0));
    });
}

fn e1_due_in_order_and_not_before(make: Make<'_>) {
    let World { store, clock } = world(make);
    block_on(async {
        let now = clock.unix_ms();
        let mut tx = store.begin().unwrap();
        for (id, delay) in [(1, 300), (2, 100), (3, 200), (4, 100_000)] {
            SCHEDULE.after(&mut tx, Duration::from_millis(delay), message("k", id)).unwrap();
        }
        assert_eq!(kind(SCHEDULE.at(&mut tx, 5, message("k", 1))), Some(ErrorKind::Mismatch));
        tx.commit().await.unwrap();
        assert_eq!(SCHEDULE.next_ms(&store).unwrap(), Some(now + 100));
        clock.advance(Duration::from_millis(99));
        assert_eq!(SCHEDULE.release(&store, &OUTBOX, 10).await.unwrap(), 0, "not before");
        // Down for a while: all that is due at once, in order.
        clock.advance(Duration::from_millis(5_000));
        assert_eq!(SCHEDULE.release(&store, &OUTBOX, 2).await.unwrap(), 2);
        assert_eq!(SCHEDULE.release(&store, &OUTBOX, 2).await.unwrap(), 1);
        assert_eq!(SCHEDULE.release(&store, &OUTBOX, 2).await.unwrap(), 0);
        let mut relay = OUTBOX.relay(1);
        let mut order = Vec::new();
        for _ in 0..3 {
            let claimed = relay.claim(&store, 1).await.unwrap();
            order.extend(ids(&claimed));
            publish(&store, claimed).await;
        }
        assert_eq!(order, [2, 3, 1]);
        assert_eq!(SCHEDULE.list(&store, None, 10).unwrap().len(), 1);
    });
}

fn e3_cancelled_and_moved(make: Make<'_>) {
    let World { store, clock } = world(make);
    block_on(async {
        let now = clock.unix_ms();
        let mut tx = store.begin().unwrap();
        for id in 1..=3 {
            SCHEDULE.at(&mut tx, now + id * 100, message("k", id)).unwrap();
        }
        tx.commit().await.unwrap();
        let mut tx = store.begin().unwrap();
        assert_eq!(SCHEDULE.cancel(&mut tx, 1).unwrap().message, message("k", 1));
        assert_eq!(kind(SCHEDULE.cancel(&mut tx, 1)), Some(ErrorKind::Missing));
        SCHEDULE.move_to(&mut tx, 2, now + 500).unwrap();
        tx.commit().await.unwrap();
        let list = SCHEDULE.list(&store, None, 10).unwrap();
        assert_eq!(
            list.iter().map(|(due, later)| (*due - now, later.message.id)).collect::<Vec<_>>(),
            [(300, 3), (500, 2)]
        );
        assert_eq!(SCHEDULE.list(&store, Some((now + 300, 3)), 10).unwrap().len(), 1);
        // Cancelled while it is released: one of the two.
        clock.advance(Duration::from_secs(1));
        let mut cancels = store.begin().unwrap();
        SCHEDULE.cancel(&mut cancels, 2).unwrap();
        assert_eq!(SCHEDULE.release(&store, &OUTBOX, 10).await.unwrap(), 2);
        assert_eq!(kind(cancels.commit().await), Some(ErrorKind::Conflict));
        assert_eq!((SCHEDULE.next_ms(&store).unwrap(), OUTBOX.backlog(&store).unwrap()), (None, 2));
    });
}

fn e_recurring(make: Make<'_>) {
    let World { store, clock } = world(make);
    block_on(async {
        let now = clock.unix_ms();
        let mut tx = store.begin().unwrap();
        SCHEDULE.every(&mut tx, now + 100, Duration::from_millis(100), message("k", 50)).unwrap();
        tx.commit().await.unwrap();
        for (pass, due) in [(100, 200), (100, 300), (950, 1_200)] {
            clock.advance(Duration::from_millis(pass));
            assert_eq!(SCHEDULE.release(&store, &OUTBOX, 10).await.unwrap(), 1);
            assert_eq!(SCHEDULE.release(&store, &OUTBOX, 10).await.unwrap(), 0, "what was missed is sent once");
            assert_eq!(SCHEDULE.next_ms(&store).unwrap(), Some(now + due));
        }
        let mut relay = OUTBOX.relay(1);
        for expected in [50, 51, 52] {
            let claimed = relay.claim(&store, 1).await.unwrap();
            assert_eq!(ids(&claimed), [expected], "each time is a message of its own");
            publish(&store, claimed).await;
        }
        let mut tx = store.begin().unwrap();
        SCHEDULE.cancel(&mut tx, 50).unwrap();
        tx.commit().await.unwrap();
        assert_eq!(SCHEDULE.next_ms(&store).unwrap(), None);
    });
}

fn letter(id: u64) -> DeadLetter {
    DeadLetter {
        id,
        name: "placed".into(),
        source: "shop".into(),
        key: b"k".to_vec(),
        body: vec![0xff, 0, id as u8],
        errors: vec!["handler failed".into(), "disk".into()],
        attempts: 5,
        first_ms: 10,
        last_ms: 20,
    }
}

fn d_dead_letters(make: Make<'_>) {
    let World { store, .. } = world(make);
    block_on(async {
        for id in (0..6).step_by(2) {
            let mut tx = store.begin().unwrap();
            LETTERS.put(&mut tx, &letter(id)).unwrap();
            LETTERS.put(&mut tx, &letter(id + 1)).unwrap();
            tx.commit().await.unwrap();
        }
        let all = LETTERS.list(&store, None, 100).unwrap();
        assert!(all.iter().map(|(_, letter)| letter.id).eq(0..6));
        let (third, shown) = &all[2];
        assert_eq!((shown, &LETTERS.show(&store, *third).unwrap()), (&letter(2), &letter(2)), "as it came");
        let rest = LETTERS.list(&store, Some(*third), 2).unwrap();
        assert!(rest.iter().map(|(_, letter)| letter.id).eq([3, 4]));
        LETTERS.edit(&store, *third, b"mended".to_vec()).await.unwrap();
        assert_eq!(LETTERS.show(&store, *third).unwrap(), DeadLetter { body: b"mended".to_vec(), ..letter(2) });
        LETTERS.discard(&store, *third).await.unwrap();
        for outcome in [LETTERS.discard(&store, *third).await, LETTERS.edit(&store, *third, vec![]).await] {
            assert_eq!(kind(outcome), Some(ErrorKind::Missing));
        }
        assert_eq!(LETTERS.list(&store, None, 100).unwrap().len(), 5);
    });
}

fn d_replayed_once(make: Make<'_>) {
    let World { store, .. } = world(make);
    block_on(async {
        let mut tx = store.begin().unwrap();
        LETTERS.put(&mut tx, &letter(1)).unwrap();
        tx.commit().await.unwrap();
        let (id, _) = LETTERS.list(&store, None, 1).unwrap()[0];
        let mut both = Vec::new();
        for _ in 0..2 {
            let mut tx = store.begin().unwrap();
            assert_eq!(LETTERS.take(&mut tx, id).unwrap(), letter(1), "with its id");
            let sum = EFFECTS.get(&mut tx, "x").await.unwrap().unwrap_or_default();
            EFFECTS.put(&mut tx, "x", &(sum + 1)).unwrap();
            both.push(tx.commit());
        }
        let second = both.pop().unwrap();
        both.pop().unwrap().await.unwrap();
        assert_eq!(kind(second.await), Some(ErrorKind::Conflict));
        assert_eq!(effect(&store, "x").await, 1);
        assert_eq!(kind(LETTERS.take(&mut store.begin().unwrap(), id)), Some(ErrorKind::Missing));
    });
}

fn leases(make: Make<'_>) {
    let World { store, clock } = world(make);
    let second = Duration::from_secs(1);
    block_on(async {
        let mut lease = Lease::acquire(&store, "leader", 1, second).await.unwrap();
        let taken = Lease::acquire(&store, "leader", 2, second).await.unwrap_err();
        assert_eq!(taken.kind(), ErrorKind::InProgress { retry_after: second });
        Lease::acquire(&store, "other", 2, second).await.unwrap();
        clock.advance(Duration::from_millis(900));
        lease.renew(&store, second).await.unwrap();
        assert_eq!(lease.until_ms(), clock.unix_ms() + 1_000);
        clock.advance(Duration::from_millis(999));
        assert!(Lease::acquire(&store, "leader", 2, second).await.is_err());
        // Work under the lease commits while it is held, renewed or not.
        let mut work = store.begin().unwrap();
        lease.guard(&mut work);
        EFFECTS.put(&mut work, "led", &1).unwrap();
        lease.renew(&store, second).await.unwrap();
        work.commit().await.unwrap();
        // Over its time it is still held, until another takes it.
        clock.advance(Duration::from_secs(2));
        let mut late = store.begin().unwrap();
        lease.guard(&mut late);
        EFFECTS.put(&mut late, "led", &2).unwrap();
        let other = Lease::acquire(&store, "leader", 2, second).await.unwrap();
        assert!(other.claim().fence > lease.claim().fence);
        assert_eq!(kind(late.commit().await), Some(ErrorKind::Lost));
        assert_eq!(kind(lease.renew(&store, second).await), Some(ErrorKind::Lost));
        assert_eq!(kind(lease.release(&store).await), Some(ErrorKind::Lost));
        other.release(&store).await.unwrap();
        Lease::acquire(&store, "leader", 1, second).await.unwrap();
        assert_eq!(effect(&store, "led").await, 1);
    });
}

/// Runs all, and says how many there were.
fn all(make: Make<'_>) -> usize {
    SCENARIOS.iter().inspect(|scenario| println!("{}", scenario.name)).map(|scenario| (scenario.run)(make)).count()
}

#[test]
fn memory() {
    assert_eq!(all(&crate::engines::memory), 33);
}

#[test]
fn durable() {
    assert_eq!(all(&crate::engines::durable), 33);
}
