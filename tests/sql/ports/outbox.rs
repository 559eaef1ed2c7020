//! Rows that wait to be published.

use catga::store::ErrorKind;
use catga::store::outbox::{Added, Fate, Marked, OutboxLimits};
use catga_tests::scenarios;

use super::super::world::fresh;
use super::{OUTBOX, SECOND, add, ids, message, publish};

scenarios! { 5:
    f1_a_rollback_emits_nothing
    f8_a_duplicate_is_harmless
    f10_first_in_first_out_per_key
    f_a_full_outbox_says_so
    f_published_rows_are_kept_for_the_retention
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
    let mut relay = OUTBOX.limits(OutboxLimits { rows: 1_000, per_claim: 3, ..OutboxLimits::DEFAULT }).relay(1);
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

async fn f_a_full_outbox_says_so() {
    let (_place, db, clock) = fresh().await;
    let outbox = OUTBOX.limits(OutboxLimits { rows: 3, ..OutboxLimits::DEFAULT });
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
