//! Transfers between accounts, at random: under conflicts, cancellations and retries the total holds, what was
//! acknowledged is there once, and the history is serializable.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering::SeqCst};

use catga::store::{Engine, ErrorKind, Store, StoreError, Table};
use catga::testing::SeededRandom;
use catga::time::Random;
use serde::{Deserialize, Serialize};
use tokio::task::JoinSet;

use crate::engines::{self, store};
use crate::suite::poll;

const ACCOUNTS: u64 = 8;
const EACH: i64 = 1_000;

/// How often it was changed, and what is on it.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
struct Account {
    version: u64,
    cents: i64,
}

/// What a transfer has read, both accounts as they were.
#[derive(Clone, Debug, Serialize, Deserialize)]
struct Transfer {
    from: u64,
    to: u64,
    cents: i64,
    read: (Account, Account),
}

const BOOK: Table<u64, Account> = Table::new("accounts");
const LOG: Table<u64, Transfer> = Table::new("transfers");

#[derive(Default)]
struct Counts {
    next: AtomicU64,
    acknowledged: AtomicU64,
    dropped: AtomicU64,
    conflicts: AtomicU64,
    audits: AtomicU64,
}

async fn transfer(store: &Store, chance: &SeededRandom, counts: &Counts) -> Result<(), StoreError> {
    let (from, to) = (chance.up_to(ACCOUNTS - 1), chance.up_to(ACCOUNTS - 1));
    let mut tx = store.begin()?;
    let mut read = Vec::new();
    for id in [from, to] {
        read.push(BOOK.get(&mut tx, &id).await?.unwrap());
        tokio::task::yield_now().await;
    }
    let cents = (chance.up_to(300) as i64).min(read[0].cents);
    if from == to {
        return Ok(());
    }
    let write = |account: Account, by: i64| Account { version: account.version + 1, cents: account.cents + by };
    BOOK.put(&mut tx, &from, &write(read[0], -cents))?;
    BOOK.put(&mut tx, &to, &write(read[1], cents))?;
    let id = counts.next.fetch_add(1, SeqCst);
    LOG.put(&mut tx, &id, &Transfer { from, to, cents, read: (read[0], read[1]) })?;
    let mut commit = tx.commit();
    if chance.up_to(9) == 0 {
        // Gives up, before or after the hand-over.
        if chance.up_to(1) == 0 {
            let _ = poll(&mut commit);
        }
        counts.dropped.fetch_add(1, SeqCst);
        return Ok(());
    }
    commit.await?;
    counts.acknowledged.fetch_add(1, SeqCst);
    Ok(())
}

async fn audit(store: &Store) -> i64 {
    let rows = BOOK.range(&mut store.begin().unwrap(), ..).await.unwrap();
    rows.iter().map(|(_, account)| account.cents).sum()
}

fn run(engine: Arc<dyn Engine>, transfers: u64) {
    let store = store(engine, Store::<()>::options());
    let counts = Arc::new(Counts::default());
    tokio::runtime::Builder::new_multi_thread().worker_threads(2).build().unwrap().block_on(async {
        let mut tx = store.begin().unwrap();
        for id in 0..ACCOUNTS {
            BOOK.put(&mut tx, &id, &Account { version: 0, cents: EACH }).unwrap();
        }
        tx.commit().await.unwrap();
        let mut clients = JoinSet::new();
        for client in 0..8 {
            let (store, counts) = (store.clone(), Arc::clone(&counts));
            clients.spawn(async move {
                let chance = SeededRandom::new(client);
                for number in 0..transfers / 8 {
                    while let Err(error) = transfer(&store, &chance, &counts).await {
                        assert_eq!(error.kind(), ErrorKind::Conflict);
                        counts.conflicts.fetch_add(1, SeqCst);
                    }
                    if number % 5 == 0 {
                        assert_eq!(audit(&store).await, ACCOUNTS as i64 * EACH, "in every state");
                        counts.audits.fetch_add(1, SeqCst);
                    }
                }
            });
        }
        clients.join_all().await;
        // One more commit, so that those are in that nobody waited for.
        store.begin().unwrap().commit().await.unwrap();
        let mut last = store.begin().unwrap();
        LOG.delete(&mut last, &u64::MAX).unwrap();
        last.commit().await.unwrap();
        let mut tx = store.begin().unwrap();
        let log = LOG.range(&mut tx, ..).await.unwrap();
        let book: BTreeMap<u64, Account> = BOOK.range(&mut tx, ..).await.unwrap().into_iter().collect();
        check(&log, &book);
        let (acknowledged, dropped) = (counts.acknowledged.load(SeqCst), counts.dropped.load(SeqCst));
        let stored = log.len() as u64;
        assert!(acknowledged <= stored && stored <= acknowledged + dropped, "{acknowledged} {stored} {dropped}");
        assert!(counts.conflicts.load(SeqCst) > 0 && dropped > 0, "nothing was in anybody's way");
    });
}

/// The history is serializable: each version of an account was made by one transfer from the one before, and
/// the transfers have an order that fits all accounts.
fn check(log: &[(u64, Transfer)], book: &BTreeMap<u64, Account>) {
    assert_eq!(book.values().map(|account| account.cents).sum::<i64>(), ACCOUNTS as i64 * EACH);
    // Who made which version of which account from what.
    let mut made: BTreeMap<(u64, u64), (usize, i64, i64)> = BTreeMap::new();
    for (index, (_, transfer)) in log.iter().enumerate() {
        for (id, read, by) in
            [(transfer.from, transfer.read.0, -transfer.cents), (transfer.to, transfer.read.1, transfer.cents)]
        {
            let twice = made.insert((id, read.version), (index, read.cents, read.cents + by));
            assert!(twice.is_none(), "two transfers from one version: an update was lost");
        }
    }
    let mut after: Vec<BTreeSet<usize>> = vec![BTreeSet::new(); log.len()];
    for (id, account) in book {
        let (mut cents, mut last) = (EACH, None);
        for version in 0..account.version {
            let (index, read, left) = made[&(*id, version)];
            assert_eq!(read, cents, "account {id} at version {version}");
            cents = left;
            if let Some(last) = last.replace(index) {
                after[last].insert(index);
            }
        }
        assert_eq!(cents, account.cents);
    }
    assert_eq!(made.len() as u64, book.values().map(|account| account.version).sum::<u64>());
    // An order: Kahn's algorithm ends with all of them.
    let mut waits_for = vec![0; log.len()];
    after.iter().flatten().for_each(|index| waits_for[*index] += 1);
    let mut free: Vec<usize> = (0..log.len()).filter(|index| waits_for[*index] == 0).collect();
    let mut placed = 0;
    while let Some(index) = free.pop() {
        placed += 1;
        for next in &after[index] {
            waits_for[*next] -= 1;
            if waits_for[*next] == 0 {
                free.push(*next);
            }
        }
    }
    assert_eq!(placed, log.len(), "a circle of transfers that each saw another");
}

#[test]
fn memory() {
    run(engines::memory(), 4_000);
}

#[test]
fn durable() {
    run(engines::durable(), 1_000);
}

/// The checker finds what it is for.
#[test]
fn a_lost_update_is_found() {
    let account = |version, cents| Account { version, cents };
    let transfer = |cents| Transfer { from: 0, to: 1, cents, read: (account(0, EACH), account(0, EACH)) };
    let book =
        (0..ACCOUNTS).map(|id| (id, account(u64::from(id < 2), EACH + [-5, 5, 0][id.min(2) as usize]))).collect();
    check(&[(1, transfer(5))], &book);
    let both = [(1, transfer(5)), (2, transfer(5))];
    assert!(std::panic::catch_unwind(|| check(&both, &book)).is_err());
}
