//! Messages that are taken in once.

use std::time::Duration;

use catga::store::writer::Manual;
use catga::store::{Arrival, Inbox, Taken};

use super::world::{INBOX, World, world};
use crate::engines::{Make, options, store};
use crate::suite::{block_on, poll, scenarios};

scenarios! {
    g4_duplicates_in_one_group,
    g5_older_than_retention_is_never_new,
    g6_dedup_is_per_id_and_subscriber,
}

fn g4_duplicates_in_one_group(make: Make<'_>) {
    let writer = Manual::default();
    let store = store(make(), options().writer(writer.clone()));
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
