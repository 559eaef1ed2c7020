//! Transactions, as a store has them.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering::SeqCst};
use std::time::Duration;

use catga::delivery::OUTBOX;
use catga::error::{Class, Classify as _};
use catga::store::outbox::OutboxMessage;
use catga::store::{ErrorKind, Sql, StoreError};
use catga_tests::scenarios;
use futures_util::future::join_all;
use tokio::sync::Barrier;

use super::world::{Db, Main, ONE_WRITER, Tx, fresh};

scenarios! { 8:
    l2_write_skew_does_not_overdraw
    l3_a_phantom_is_seen
    l5_dropped_before_the_commit_nothing_happened
    l9_older_than_its_maximum_age
    l10_a_swallowed_error_cannot_commit
    l10_a_failure_in_a_savepoint_can_be_swallowed
    a_commit_by_hand_is_found
    users_of_one_connection_do_not_hang
}

async fn table(db: &Sql<Db, Main>) {
    sqlx::raw_sql("create table rows (id bigint primary key, part bigint not null, cents bigint not null)")
        .execute(db.pool())
        .await
        .unwrap();
}

async fn put(tx: &mut Tx, id: i64, part: i64, cents: i64) -> Result<(), sqlx::Error> {
    let sql = "insert into rows (id, part, cents) values ($1, $2, $3) on conflict (id) do update set cents = $3";
    sqlx::query(sql).bind(id).bind(part).bind(cents).execute(&mut **tx).await.map(drop)
}

async fn sum(tx: &mut Tx, part: i64) -> Result<i64, sqlx::Error> {
    let sql = "select cast(coalesce(sum(cents), 0) as bigint) from rows where part = $1";
    sqlx::query_scalar(sql).bind(part).fetch_one(&mut **tx).await
}

async fn total(db: &Sql<Db, Main>) -> i64 {
    let sql = "select cast(coalesce(sum(cents), 0) as bigint) from rows";
    sqlx::query_scalar(sql).fetch_one(db.pool()).await.unwrap()
}

fn message(id: u64) -> OutboxMessage {
    OutboxMessage { id, name: "moved".into(), key: id.to_be_bytes().to_vec(), body: vec![1] }
}

/// Whether the database says that it conflicts with another; anything else is a failure of the test.
fn conflicts(error: impl catga::error::Classify + std::fmt::Debug) -> bool {
    assert_eq!(error.class(), Class::Conflict, "{error:?}");
    true
}

async fn l2_write_skew_does_not_overdraw() {
    let (_place, db, _) = fresh().await;
    table(&db).await;
    let conflicted = Arc::new(AtomicU32::new(0));
    for part in 0..20 {
        let mut tx = db.begin().await.unwrap();
        for id in [0, 1] {
            put(&mut tx, part * 2 + id, part, 50).await.unwrap();
        }
        tx.commit().await.unwrap();
        // Each looks at both and takes from its own, as long as both together have enough. Where two may be at it, both
        // have looked before one takes.
        let meet = Arc::new(Barrier::new(if ONE_WRITER { 1 } else { 2 }));
        let both = [0, 1].map(|id| {
            let (db, conflicted, meet) = (db.clone(), Arc::clone(&conflicted), Arc::clone(&meet));
            tokio::spawn(async move {
                let mut first = Some(meet);
                loop {
                    let mut tx = db.begin().await.unwrap();
                    let first = first.take();
                    let taken = async {
                        let there = sum(&mut tx, part).await;
                        if let Some(meet) = first {
                            meet.wait().await;
                        }
                        if there? >= 100 {
                            put(&mut tx, part * 2 + id, part, -50).await?;
                        }
                        Ok::<_, sqlx::Error>(())
                    };
                    let done = match taken.await {
                        Ok(()) => tx.commit().await.is_err_and(conflicts),
                        Err(error) => conflicts(error),
                    };
                    if !done {
                        return;
                    }
                    conflicted.fetch_add(1, SeqCst);
                }
            })
        });
        for one in join_all(both).await {
            one.unwrap();
        }
        let mut tx = db.begin().await.unwrap();
        assert_eq!(sum(&mut tx, part).await.unwrap(), 0, "both have taken");
    }
    let conflicted = conflicted.load(SeqCst);
    assert!(if ONE_WRITER { conflicted == 0 } else { conflicted >= 20 }, "{conflicted} were in the other's way");
}

async fn l3_a_phantom_is_seen() {
    let (_place, db, _) = fresh().await;
    table(&db).await;
    for part in 0..20 {
        let both = [0, 1].map(|id| {
            let db = db.clone();
            tokio::spawn(async move {
                let mut tx = db.begin().await.unwrap();
                let there = sum(&mut tx, part).await.unwrap();
                tokio::task::yield_now().await;
                if there == 0 && put(&mut tx, part * 2 + id, part, 1).await.is_err_and(conflicts) {
                    return;
                }
                let _conflicted = tx.commit().await.is_err_and(conflicts);
            })
        });
        for one in join_all(both).await {
            one.unwrap();
        }
        let mut tx = db.begin().await.unwrap();
        assert_eq!(sum(&mut tx, part).await.unwrap(), 1, "of two that saw none, one is there");
    }
}

async fn l5_dropped_before_the_commit_nothing_happened() {
    let (_place, db, _) = fresh().await;
    table(&db).await;
    for round in 0..20 {
        let mut tx = db.begin().await.unwrap();
        put(&mut tx, round, 0, 1).await.unwrap();
        tx.add(&OUTBOX, &message(1)).await.unwrap();
        // In the middle of a statement, or between two.
        if round % 2 == 0 {
            let mut putting = Box::pin(put(&mut tx, round + 100, 0, 1));
            let _ = catga_tests::poll_once(&mut putting).await;
        }
        drop(tx);
    }
    assert_eq!((total(&db).await, db.backlog(&OUTBOX).await.unwrap()), (0, 0));
    let mut tx = db.begin().await.unwrap();
    put(&mut tx, 1, 0, 5).await.unwrap();
    // Not polled, so not begun.
    drop(tx.commit());
    assert_eq!(total(&db).await, 0);
}

async fn l9_older_than_its_maximum_age() {
    let (_place, db, clock) = fresh().await;
    table(&db).await;
    let mut tx = db.begin().await.unwrap();
    put(&mut tx, 1, 0, 5).await.unwrap();
    clock.advance(Duration::from_secs(6));
    assert_eq!(tx.add(&OUTBOX, &message(1)).await.unwrap_err().kind(), ErrorKind::Expired);
    assert_eq!(tx.commit().await.unwrap_err().kind(), ErrorKind::Expired);
    assert_eq!(total(&db).await, 0);
}

async fn l10_a_swallowed_error_cannot_commit() {
    let (_place, db, _) = fresh().await;
    table(&db).await;
    let mut tx = db.begin().await.unwrap();
    put(&mut tx, 1, 0, 5).await.unwrap();
    tx.add(&OUTBOX, &message(1)).await.unwrap();
    let failed = sqlx::query("insert into rows (id, part, cents) values (1, 0, 7)").execute(&mut *tx).await;
    let failed = failed.unwrap_err();
    assert_eq!((failed.class(), failed.code()), (Class::Permanent, "catga.store.refused"));
    let committed = tx.commit().await.map_err(|error| error.kind());
    let (rows, backlog) = (total(&db).await, db.backlog(&OUTBOX).await.unwrap());
    if ONE_WRITER {
        // SQLite takes back the statement alone, and goes on.
        assert_eq!((committed, rows, backlog), (Ok(()), 5, 1));
    } else {
        assert_eq!((committed, rows, backlog), (Err(ErrorKind::Aborted), 0, 0));
    }
}

async fn l10_a_failure_in_a_savepoint_can_be_swallowed() {
    let (_place, db, _) = fresh().await;
    table(&db).await;
    let mut tx = db.begin().await.unwrap();
    put(&mut tx, 1, 0, 5).await.unwrap();
    let mut inner = sqlx::Connection::begin(&mut *tx).await.unwrap();
    sqlx::query("insert into rows (id, part, cents) values (2, 0, 7)").execute(&mut *inner).await.unwrap();
    assert!(sqlx::query("insert into rows (id, part, cents) values (1, 0, 7)").execute(&mut *inner).await.is_err());
    inner.rollback().await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(total(&db).await, 5);
}

async fn a_commit_by_hand_is_found() {
    let (_place, db, _) = fresh().await;
    table(&db).await;
    for by_hand in ["commit", "rollback", "commit; begin", "rollback; begin"] {
        let mut tx = db.begin().await.unwrap();
        put(&mut tx, 1, 0, 5).await.unwrap();
        sqlx::raw_sql(sqlx::AssertSqlSafe(by_hand.to_owned())).execute(&mut *tx).await.unwrap();
        let error: StoreError = tx.commit().await.unwrap_err();
        assert_eq!((error.kind(), error.class()), (ErrorKind::Ended, Class::Permanent), "{by_hand}");
        // The connection is as any other afterwards.
        let mut tx = db.begin().await.unwrap();
        put(&mut tx, 2, 0, 1).await.unwrap();
        drop(tx);
    }
    assert_eq!(total(&db).await, 5, "of the first alone");
}

async fn users_of_one_connection_do_not_hang() {
    let (place, db, clock) = fresh().await;
    table(&db).await;
    let options = catga::store::sql::SqlOptions::default().clock(clock);
    let one: Sql<Db, Main> = place.node(1, options).await;
    let all = (0..20).map(|id| {
        let one = one.clone();
        tokio::spawn(async move {
            let mut tx = one.begin().await.unwrap();
            put(&mut tx, id, 0, 1).await.unwrap();
            tx.add(&OUTBOX, &message(id as u64)).await.unwrap();
            tx.commit().await.unwrap();
            one.claim(&mut OUTBOX.relay(id as u64), 1).await.unwrap().len()
        })
    });
    let claimed: usize = join_all(all).await.into_iter().map(Result::unwrap).sum();
    assert_eq!((total(&db).await, claimed), (20, 20));
}
