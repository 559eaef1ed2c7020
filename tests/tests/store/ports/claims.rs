//! Keys of the outbox, claimed by several relays, each in its order.

use std::collections::BTreeMap;
use std::time::Duration;

use catga::store::ErrorKind;
use catga::store::outbox::{Fate, OutboxLimits};
use catga::store::writer::Manual;
use catga::testing::SeededRandom;
use catga::time::Random as _;

use super::messages::{add, ids, marked, message, publish};
use super::world::{OUTBOX, World, world};
use crate::engines::{Make, options, store};
use crate::suite::{block_on, kind, poll, scenarios};

scenarios! {
    f5_two_relays_never_have_one_key,
    f10_first_in_first_out_per_key,
    f_every_key_has_its_turn,
    f_no_key_waits_for_ever_behind_new_ones,
    f_a_relay_that_lost_a_key_marks_nothing,
    f_one_key_of_several_that_is_lost_marks_none,
    f_a_row_that_comes_while_its_key_is_marked_is_told_of,
    f_keys_that_others_have_take_no_place,
    f_no_row_is_forgotten_whatever_interleaves,
}

fn f5_two_relays_never_have_one_key(make: Make<'_>) {
    let writer = Manual::default();
    let store = store(make(), options().writer(writer.clone()));
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

fn f10_first_in_first_out_per_key(make: Make<'_>) {
    let World { store, .. } = world(make);
    let chance = SeededRandom::new(11);
    block_on(async {
        let outbox = OUTBOX.limits(OutboxLimits { rows: 10_000, per_claim: 5, ..OutboxLimits::DEFAULT });
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

/// Keys that count up: more come at the end with every claim, and one comes before where the relay is.
fn f_no_key_waits_for_ever_behind_new_ones(make: Make<'_>) {
    let World { store, .. } = world(make);
    block_on(async {
        let come = async |ids: std::ops::Range<u64>| {
            let names: Vec<_> = ids.map(|id| (format!("{id:03}"), id)).collect();
            add(&store, &names.iter().map(|(name, id)| (name.as_str(), *id)).collect::<Vec<_>>()).await;
        };
        let mut relay = OUTBOX.relay(1);
        let mut turn = async |next: u64| {
            come(next..next + 4).await;
            let claimed = relay.claim(&store, 4).await.unwrap();
            let ids = ids(&claimed);
            publish(&store, claimed).await;
            ids
        };
        come(100..104).await;
        assert_eq!(turn(104).await, [100, 101, 102, 103]);
        come(0..1).await;
        assert_eq!(turn(108).await, [104, 105, 106, 107], "those that were there when the round began");
        assert_eq!(turn(112).await, [0, 108, 109, 110]);
        assert_eq!(turn(116).await, [111, 112, 113, 114]);
        assert_eq!(turn(120).await, [115, 116, 117, 118], "its next round ends later");
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

fn f_one_key_of_several_that_is_lost_marks_none(make: Make<'_>) {
    for lost in 0..3 {
        let World { store, clock } = world(make);
        block_on(async {
            add(&store, &[("a", 1), ("b", 2), ("c", 3)]).await;
            let mut keys = OUTBOX.relay(1).claim(&store, 10).await.unwrap();
            clock.advance(Duration::from_secs(9));
            for (index, key) in keys.iter_mut().enumerate() {
                if index != lost {
                    OUTBOX.renew(&store, key).await.unwrap();
                }
            }
            clock.advance(Duration::from_secs(9));
            let taken = OUTBOX.relay(2).claim(&store, 10).await.unwrap();
            assert_eq!(ids(&taken), ids(&keys[lost..=lost]), "whose lease has ended");
            let all: Vec<_> = keys.into_iter().map(|key| marked(key, 1, Fate::GoOn)).collect();
            assert_eq!(kind(OUTBOX.mark(&store, &all).await), Some(ErrorKind::Lost), "key {lost}");
            assert_eq!(OUTBOX.backlog(&store).unwrap(), 3);
        });
    }
}

/// Whoever marks a key has read that nothing is behind what it had; then a row comes, and another relay looks.
fn f_a_row_that_comes_while_its_key_is_marked_is_told_of(make: Make<'_>) {
    let World { store, .. } = world(make);
    block_on(async {
        add(&store, &[("a", 1)]).await;
        let claimed = OUTBOX.relay(1).claim(&store, 1).await.unwrap().remove(0);
        let mut tx = store.begin().unwrap();
        OUTBOX.mark_in(&mut tx, &marked(claimed, 1, Fate::GoOn)).unwrap();
        add(&store, &[("a", 2)]).await;
        let mut other = OUTBOX.relay(2);
        assert_eq!(other.claim(&store, 1).await.unwrap(), [], "it is another's");
        tx.commit().await.unwrap();
        assert_eq!(ids(&other.claim(&store, 1).await.unwrap()), [2]);
    });
}

fn f_keys_that_others_have_take_no_place(make: Make<'_>) {
    let World { store, .. } = world(make);
    block_on(async {
        add(&store, &[("a", 1), ("b", 2), ("c", 3)]).await;
        assert_eq!(ids(&OUTBOX.relay(1).claim(&store, 3).await.unwrap()), [1, 2, 3]);
        add(&store, &[("a", 4), ("b", 5), ("c", 6), ("d", 7), ("e", 8)]).await;
        let mut other = OUTBOX.relay(2);
        assert_eq!(ids(&other.claim(&store, 1).await.unwrap()), [7]);
        assert_eq!(ids(&other.claim(&store, 1).await.unwrap()), [8]);
        assert_eq!(other.claim(&store, 1).await.unwrap(), []);
    });
}

/// Intake, claims and marks with snapshots that are old by the time they commit: at the end every row was
/// published, in its order.
fn f_no_row_is_forgotten_whatever_interleaves(make: Make<'_>) {
    for seed in 0..15 {
        let chance = SeededRandom::new(seed);
        let writer = Manual::default();
        let store = store(make(), options().writer(writer.clone()));
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
