//! Records of replies.

use std::time::Duration;

use catga::store::writer::Manual;
use catga::store::{Claim, Claiming, ErrorKind, Idempotency, Lease, Recorded};

use super::world::{EFFECTS, PAY, World, effect, world};
use crate::engines::{Make, options, store};
use crate::suite::{block_on, kind, poll, scenarios};

scenarios! {
    g1_a_duplicate_gets_the_recorded_reply,
    g2_concurrent_duplicates_have_one_effect,
    g2_checked_at_the_commit,
    g3_effect_and_record_are_one,
    g7_a_stale_owner_completes_nothing,
    g8_fences_never_go_back,
    g9_a_key_is_free_when_its_lease_ends,
    g10_failures_are_not_recorded,
    one_key_with_two_requests_is_an_error,
    replies_are_forgotten_after_the_retention,
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
    let store = store(make(), options().writer(writer.clone()));
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
