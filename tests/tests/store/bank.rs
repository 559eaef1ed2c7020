//! Transfers between accounts, at random: under conflicts, cancellations and retries the total holds, what was
//! acknowledged is there once, and the history is serializable, with all that was read in it.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicU64, Ordering::SeqCst};
use std::sync::{Arc, Mutex};

use catga::store::{Answer, Engine, ErrorKind, Identity, Member, Snapshot, Store, StoreError, Table};
use catga::testing::SeededRandom;
use catga::time::Random;
use catga_tests::history::{self, Book, EACH, check};
use serde::{Deserialize, Serialize};
use tokio::task::JoinSet;

use crate::engines::{self, options, store};
use crate::suite::poll;

const ACCOUNTS: u64 = history::ACCOUNTS as u64;

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
    /// An account that it does not write, as it was.
    beside: (u64, Account),
}

impl From<Account> for history::Account {
    fn from(Account { version, cents }: Account) -> Self {
        Self { version: version as i64, cents }
    }
}

impl From<&Transfer> for history::Transfer {
    fn from(&Transfer { from, to, cents, read: (one, other), beside: (id, seen) }: &Transfer) -> Self {
        let beside = (id as i64, seen.into());
        Self { from: from as i64, to: to as i64, cents, read: (one.into(), other.into()), beside }
    }
}

const BOOK: Table<u64, Account> = Table::new("accounts");
const LOG: Table<u64, Transfer> = Table::new("transfers");

#[derive(Default)]
struct Counts {
    next: AtomicU64,
    acknowledged: AtomicU64,
    dropped: AtomicU64,
    conflicts: AtomicU64,
    looks: Mutex<Vec<Book>>,
}

async fn transfer(store: &Store, chance: &SeededRandom, counts: &Counts) -> Result<(), StoreError> {
    let [from, to, beside] = [1, 2, 3].map(|_| chance.up_to(ACCOUNTS - 1));
    let mut tx = store.begin()?;
    let mut read = Vec::new();
    for id in [from, to, beside] {
        read.push(BOOK.get(&mut tx, &id).await?.unwrap());
        tokio::task::yield_now().await;
    }
    let cents = (chance.up_to(300) as i64).min(read[0].cents);
    if from == to || [from, to].contains(&beside) {
        return Ok(());
    }
    let write = |account: Account, by: i64| Account { version: account.version + 1, cents: account.cents + by };
    BOOK.put(&mut tx, &from, &write(read[0], -cents))?;
    BOOK.put(&mut tx, &to, &write(read[1], cents))?;
    let id = counts.next.fetch_add(1, SeqCst);
    LOG.put(&mut tx, &id, &Transfer { from, to, cents, read: (read[0], read[1]), beside: (beside, read[2]) })?;
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

async fn look(store: &Store) -> Book {
    let rows = BOOK.range(&mut store.begin().unwrap(), ..).await.unwrap();
    rows.into_iter().map(|(id, account)| (id as i64, account.into())).collect()
}

fn run(engine: Arc<dyn Engine>, transfers_of_all: u64) {
    let store = store(engine, options());
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
                for number in 0..transfers_of_all / 8 {
                    while let Err(error) = transfer(&store, &chance, &counts).await {
                        assert_eq!(error.kind(), ErrorKind::Conflict);
                        counts.conflicts.fetch_add(1, SeqCst);
                    }
                    if number % 5 == 0 {
                        let seen = look(&store).await;
                        counts.looks.lock().unwrap().push(seen);
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
        let log = LOG.range(&mut store.begin().unwrap(), ..).await.unwrap();
        let transfers: Vec<_> = log.iter().map(|(_, transfer)| transfer.into()).collect();
        let looks = std::mem::take(&mut *counts.looks.lock().unwrap());
        assert!(looks.len() as u64 >= transfers_of_all / 5);
        check(&transfers, &looks, &look(&store).await);
        let (acknowledged, dropped) = (counts.acknowledged.load(SeqCst), counts.dropped.load(SeqCst));
        let stored = log.len() as u64;
        assert!(acknowledged <= stored && stored <= acknowledged + dropped, "{acknowledged} {stored} {dropped}");
        assert!(counts.conflicts.load(SeqCst) > 0 && dropped > 0, "nothing was in anybody's way");
    });
}

/// An engine that checks what is written, and not what was read besides: its isolation is that of snapshots.
struct Snapshots(Arc<dyn Engine>);

impl Engine for Snapshots {
    fn snapshot(&self) -> Result<Arc<dyn Snapshot>, StoreError> {
        self.0.snapshot()
    }

    fn commit(&self, group: &[Member]) -> Vec<Answer> {
        let taken = group.iter().map(|member| {
            let mut member = member.clone();
            let written = |write: &catga::store::Write| write.at(1, |_| Ok(None)).unwrap().key().to_vec();
            let written: Vec<Vec<u8>> = member.writes.iter().map(written).collect();
            member.points.retain(|point| written.contains(point));
            member
        });
        self.0.commit(&taken.collect::<Vec<_>>())
    }

    fn identity(&self) -> Identity {
        self.0.identity()
    }

    fn head(&self) -> u64 {
        self.0.head()
    }
}

/// The history tells a store that is serializable from one that is nearly so.
#[test]
fn a_store_that_checks_no_reads_is_found() {
    let engine = Arc::new(Snapshots(engines::memory()));
    let found = catch_unwind(AssertUnwindSafe(|| run(engine, 4_000))).unwrap_err();
    let said = found.downcast_ref::<String>().map_or("", |said| said);
    assert!(said.contains("a circle of which each has not seen"), "{said}");
}

#[test]
fn memory() {
    run(engines::memory(), 4_000);
}

#[test]
fn durable() {
    run(engines::durable(), 1_000);
}
