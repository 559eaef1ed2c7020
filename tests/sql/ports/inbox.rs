//! Messages that were taken in.

use catga::store::{Arrival, ErrorKind, Inbox, Sql, Taken};
use catga_tests::scenarios;

use super::super::world::{Db, Main, fresh};
use super::{INBOX, SECOND};

scenarios! { 3:
    g4_duplicates_in_one_transaction
    g5_older_than_retention_is_never_new
    g6_dedup_is_per_id_and_subscriber
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
