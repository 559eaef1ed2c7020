//! Transfers between accounts, at random: under conflicts, cancellations and retries the total holds, what was
//! acknowledged is there once, and the history is serializable.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering::SeqCst};

use catga::store::{Engine, ErrorKind, Store, StoreError, Table};
use catga::testing::SeededRandom;
use catga::time::Random;
use catga_tests::history::{self, EACH, check};
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
}

impl From<Account> for history::Account {
    fn from(Account { version, cents }: Account) -> Self {
        Self { version: version as i64, cents }
    }
}

impl From<&Transfer> for history::Transfer {
    fn from(&Transfer { from, to, cents, read: (one, other) }: &Transfer) -> Self {
        Self { from: from as i64, to: to as i64, cents, read: (one.into(), other.into()) }
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
        let transfers: Vec<_> = log.iter().map(|(_, transfer)| transfer.into()).collect();
        check(&transfers, &book.into_iter().map(|(id, account)| (id as i64, account.into())).collect());
        let (acknowledged, dropped) = (counts.acknowledged.load(SeqCst), counts.dropped.load(SeqCst));
        let stored = log.len() as u64;
        assert!(acknowledged <= stored && stored <= acknowledged + dropped, "{acknowledged} {stored} {dropped}");
        assert!(counts.conflicts.load(SeqCst) > 0 && dropped > 0, "nothing was in anybody's way");
    });
}

#[test]
fn memory() {
    run(engines::memory(), 4_000);
}

#[test]
fn durable() {
    run(engines::durable(), 1_000);
}
