//! Relays that claim and mark side by side.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering::SeqCst};

use catga::store::outbox::{Fate, Marked, OutboxMessage};
use catga::store::{ErrorKind, Outbox, Store};
use catga::testing::VirtualClock;
use shuttle::{future, thread};

use crate::engine::{LEASE, Main, ROUNDS, store};

const KEYS: u64 = 3;
const ROWS: u64 = 2;
const BOX: Outbox = Outbox::new("box").lease(LEASE);

async fn fill(store: &Store<Main>) {
    for number in 0..KEYS * ROWS {
        let (key, mut tx) = (number % KEYS, store.begin().unwrap());
        let message = OutboxMessage { id: number, name: "m".into(), key: vec![key as u8], body: Vec::new() };
        BOX.add(&mut tx, &message).unwrap();
        tx.commit().await.unwrap();
    }
}

/// What the marks of all relays have taken off: key and id.
type Taken = Arc<std::sync::Mutex<Vec<(u8, u64)>>>;

/// Claims and marks until nothing is left; a lease may end in between where time goes on.
async fn work(store: &Store<Main>, owner: u64, taken: &Taken, lost: &AtomicU32) {
    let mut relay = BOX.relay(owner);
    while (taken.lock().unwrap().len() as u64) < KEYS * ROWS {
        let keys = match relay.claim(store, 2).await {
            Ok(keys) => keys,
            Err(error) => {
                assert_eq!(error.kind(), ErrorKind::Conflict);
                continue;
            }
        };
        for key in keys {
            let rows: Vec<(u8, u64)> = key.rows.iter().map(|row| (key.key[0], row.message.id)).collect();
            let published = rows.len();
            match BOX.mark(store, &[Marked { key, published, fate: Fate::GoOn }]).await {
                Ok(()) => taken.lock().unwrap().extend(rows),
                Err(error) => {
                    assert_eq!(error.kind(), ErrorKind::Lost);
                    lost.fetch_add(1, SeqCst);
                }
            }
        }
        thread::yield_now();
    }
}

/// Two relays, while rows come, and where `hurried`, while leases end.
fn race(trusts: bool, hurried: bool, lost: &'static AtomicU32) {
    let clock = VirtualClock::new();
    let store = store(&clock, trusts);
    let taken = Taken::default();
    let writer = {
        let store = store.clone();
        thread::spawn(move || future::block_on(fill(&store)))
    };
    let relays: Vec<_> = (1..=2)
        .map(|owner| {
            let (store, taken) = (store.clone(), Arc::clone(&taken));
            thread::spawn(move || future::block_on(work(&store, owner, &taken, lost)))
        })
        .collect();
    if hurried {
        for _ in 0..60 {
            thread::yield_now();
            clock.advance(LEASE / 2);
        }
    }
    writer.join().unwrap();
    relays.into_iter().for_each(|relay| relay.join().unwrap());
    assert_eq!(BOX.backlog(&store).unwrap(), 0);
    let taken = taken.lock().unwrap();
    for key in 0..KEYS {
        let ids: Vec<u64> = taken.iter().filter(|(of, _)| u64::from(*of) == key).map(|(_, id)| *id).collect();
        let mut sorted = ids.clone();
        sorted.sort_unstable();
        assert_eq!(sorted, [key, key + KEYS], "each is taken off once");
    }
}

#[test]
fn two_relays_take_each_row_off_once() {
    static LOST: AtomicU32 = AtomicU32::new(0);
    shuttle::check_random(|| race(false, false, &LOST), ROUNDS);
    assert_eq!(LOST.load(SeqCst), 0, "no lease has ended");
}

#[test]
fn a_lease_that_ends_gives_a_row_to_one_alone() {
    static LOST: AtomicU32 = AtomicU32::new(0);
    shuttle::check_random(|| race(false, true, &LOST), ROUNDS);
    assert!(LOST.load(SeqCst) > 0, "leases have ended");
}

/// The schedules are such that they would show it.
#[test]
#[should_panic(expected = "each is taken off once")]
fn a_claim_that_is_not_checked_is_found() {
    static LOST: AtomicU32 = AtomicU32::new(0);
    shuttle::check_random(|| race(true, true, &LOST), ROUNDS);
}
