//! A file has several tables, and a store is one map over all of them.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

use catga::store::writer::Inline;
use catga::store::{
    Arrival, Direction, Effects, Engine, Idempotency, Inbox, Lease, Outbox, Scheduler, Snapshot, Span, Store, Table,
};
use catga::testing::VirtualClock;

use crate::engines::{Make, durable, memory, store};
use crate::ports::messages::message;
use crate::suite::block_on;

const FIRST: Table<u64, u64> = Table::new("a");
const LAST: Table<u64, u64> = Table::new("z");
const OUTBOX: Outbox = Outbox::new("out");
const SCHEDULE: Scheduler = Scheduler::new("later");
const INBOX: Inbox = Inbox::new("mail");
const PAY: Idempotency = Idempotency::new("pay");
const CARD: Effects = Effects::new("card");

/// Something of all that delivery keeps, and of users' tables.
async fn fill(store: &Store) {
    for step in 0..3u64 {
        let mut tx = store.begin().unwrap();
        for key in 0..100 {
            FIRST.put(&mut tx, &(step * 100 + key), &key).unwrap();
            LAST.put(&mut tx, &(step * 100 + key), &key).unwrap();
        }
        OUTBOX.add(&mut tx, &message("k", step)).unwrap();
        INBOX.take(&mut tx, Arrival { source: "shop", key: b"k", id: step }).unwrap();
        SCHEDULE.after(&mut tx, Duration::from_secs(step), message("k", 10 + step)).unwrap();
        tx.commit().await.unwrap();
        Lease::acquire(store, &format!("lease {step}"), 1, Duration::from_secs(9)).await.unwrap();
        PAY.claim(store, &[step as u8], 7, 1).await.unwrap();
        CARD.begin(store, (&[step as u8], 0), b"request", 1).await.unwrap();
    }
    assert_eq!(OUTBOX.relay(1).claim(store, 1).await.unwrap().len(), 1);
}

/// A state of a store, which is open for as long as this.
fn filled(make: Make<'_>) -> (Store, Arc<dyn Snapshot>) {
    let engine = make();
    let options = Store::<()>::options().writer(Inline).clock(VirtualClock::new());
    let store = store(Arc::clone(&engine), options);
    block_on(fill(&store));
    let snapshot = engine.snapshot().unwrap();
    (store, snapshot)
}

const ALL: Span = Span { start: Vec::new(), end: None };

#[test]
fn a_scan_goes_over_all_of_them() {
    let ((_memory, model), (_durable, file)) = (filled(&memory), filled(&durable));
    let model: BTreeMap<Vec<u8>, Vec<u8>> =
        model.scan(&ALL, Direction::Forward, usize::MAX).unwrap().into_iter().collect();
    let parts: BTreeSet<u8> = model.keys().map(|key| key[0] >> 4).collect();
    assert_eq!(parts.into_iter().collect::<Vec<_>>(), [0, 1, 2, 3, 5, 6, 8], "all but the dead letters");
    for (key, record) in &model {
        assert_eq!(file.get(key).unwrap().as_ref(), Some(record), "{key:?}");
        assert_eq!(file.get(&[key, &[0][..]].concat()).unwrap(), None);
    }
    // Ends between parts, in a part, at a key and behind one.
    let mut ends: BTreeSet<Vec<u8>> = (0..=0x90).step_by(8).flat_map(|byte| [vec![byte], vec![byte, 0]]).collect();
    ends.extend(model.keys().step_by(60).flat_map(|key| [key.clone(), [key, &[0][..]].concat()]));
    ends.insert(Vec::new());
    let ends: Vec<Option<&Vec<u8>>> = ends.iter().map(Some).chain([None]).collect();
    let mut found = 0;
    for start in ends.iter().flatten() {
        for end in &ends {
            let span = Span { start: start.to_vec(), end: end.cloned() };
            for limit in [1, 3, 150, usize::MAX] {
                let inside =
                    || model.iter().filter(|(key, _)| span.contains(key)).map(|(key, row)| (key.clone(), row.clone()));
                let forward = file.scan(&span, Direction::Forward, limit).unwrap();
                assert!(forward.iter().cloned().eq(inside().take(limit)), "{span:?}, {limit}");
                let mut backward: Vec<_> = inside().collect();
                backward.reverse();
                backward.truncate(limit);
                assert_eq!(file.scan(&span, Direction::Backward, limit).unwrap(), backward, "{span:?}, {limit}");
                found += forward.len();
            }
        }
    }
    assert!(found > 10_000, "{found}");
}
