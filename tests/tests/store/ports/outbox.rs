//! Rows of the outbox, from the transaction to their mark.

use std::time::Duration;

use catga::store::outbox::{Added, ClaimedKey, Fate, HeldKey, OutboxLimits};
use catga::store::{Arrival, ErrorKind, Taken};

use super::letters::letter;
use super::messages::{add, ids, marked, message, publish};
use super::world::{EFFECTS, INBOX, LETTERS, OUTBOX, World, effect, world};
use crate::engines::Make;
use crate::suite::{block_on, kind, scenarios};

scenarios! {
    f1_a_rollback_emits_nothing,
    f3_what_was_not_marked_comes_again,
    f6_a_bad_message_parks_its_key_alone,
    f7_an_outage_is_not_terminal,
    f8_a_duplicate_is_harmless,
    f_unknown_messages_are_held,
    f_a_full_outbox_says_so,
    f_published_rows_are_kept_for_the_retention,
    f_done_with_the_effect,
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
        let held = HeldKey { key: b"a".to_vec(), id: 1, name: "placed".into() };
        assert_eq!(OUTBOX.held(&store, None, 10).unwrap(), [held]);
        assert_eq!(OUTBOX.held(&store, Some(b"a"), 10).unwrap(), []);
        // A program that knows it.
        OUTBOX.resume(&store, b"a").await.unwrap();
        let claimed = relay.claim(&store, 10).await.unwrap();
        assert_eq!((ids(&claimed), claimed[0].rows[0].attempts), (vec![1], 0), "it was never tried");
    });
}

fn f_a_full_outbox_says_so(make: Make<'_>) {
    let World { store, .. } = world(make);
    block_on(async {
        let small = OUTBOX.limits(OutboxLimits { rows: 3, ..OutboxLimits::DEFAULT });
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
