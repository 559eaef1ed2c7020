//! The tables, and copies of them.

use std::time::Duration;

use catga::store::outbox::{Fate, HeldKey, KeyState};
use catga::store::port::Due;
use catga::store::sql::SqlOptions;
use catga::store::{ErrorKind, Sql};
use catga_tests::scenarios;

use super::super::world::{Db, Main, Place, fresh};
use super::letters::letter;
use super::{DEAD, OUTBOX, SCHEDULE, SECOND, add, ids, mark, message};

scenarios! { 3:
    migrations_are_run_once_and_newer_ones_are_refused
    l12_a_copy_sends_nothing_on_its_own
    l13_unknown_messages_are_held
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
        assert_eq!((migrated.from, migrated.to), (6, 6), "nothing is left to do");
        assert_eq!(same.unwrap(), id);
    }
    sqlx::raw_sql("insert into catga_migrations (version, applied_ms) values (7, 0)").execute(db.pool()).await.unwrap();
    let older: Sql<Db, Main> = place.node(1, SqlOptions::default()).await;
    assert_eq!(older.migrate().await.unwrap_err().kind(), ErrorKind::Newer);
    assert_eq!(older.begin().await.unwrap_err().kind(), ErrorKind::Newer);

    let place = Place::new().await;
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
    let mut tx = bare.begin().await.unwrap();
    tx.bury(&DEAD, &letter(1)).await.unwrap();
    tx.commit().await.unwrap();
    let kept = bare.letters(&DEAD, None, 2).await.unwrap();
    let sql = "drop table catga_heard; drop table catga_effects; drop table catga_workers; drop index catga_leases_fence; \
        drop index catga_dead_letters_once; alter table catga_dead_letters drop column group_name; \
        alter table catga_dead_letters drop column fingerprint; delete from catga_migrations where version > 1";
    sqlx::raw_sql(sql).execute(bare.pool()).await.unwrap();
    let newer: Sql<Db, Main> = place.node(1, SqlOptions::default()).await;
    assert_eq!(newer.begin().await.unwrap_err().kind(), ErrorKind::Unmigrated);
    let migrated = newer.migrate().await.unwrap();
    assert_eq!((migrated.from, migrated.to, newer.id().await.unwrap()), (1, 6, id));
    assert!(newer.forget_handler("any", 1).await.is_ok(), "the table is there");
    assert!(newer.open_effects(None, 1).await.unwrap().is_empty(), "and this one");
    assert_eq!(newer.letters(&DEAD, None, 2).await.unwrap(), [(kept[0].0, letter(1))], "what was there is as it was");
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
    let held = HeldKey { key: b"a".to_vec(), id: 1, name: "placed".into() };
    assert_eq!(db.held(&OUTBOX, None, 10).await.unwrap(), [held]);
    assert_eq!(db.held(&OUTBOX, Some(b"a"), 10).await.unwrap(), []);
    db.resume(&OUTBOX, b"a").await.unwrap();
    let claimed = db.claim(&mut relay, 10).await.unwrap();
    assert_eq!((ids(&claimed), claimed[0].rows[0].attempts), (vec![1], 0));
}
