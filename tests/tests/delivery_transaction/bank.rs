//! The bank of these tests: accounts that are booked on, and a ledger that hears of it.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering::SeqCst};
use std::time::Duration;

use catga::prelude::*;
use catga::store::writer::Inline;
use catga::store::{Durable, Memory, Store, StoreOptions, Table};
use catga::testing::VirtualClock;
use catga::time::SystemRandom;
use serde::{Deserialize, Serialize};
use tempfile::TempDir;
use tokio::sync::Notify;

pub use catga_tests::bank::{BankError, Then};

/// The bank's store.
pub struct Main;

pub const ACCOUNTS: Table<u32, i64> = Table::new("accounts");
/// What the ledger has heard: the ids of its messages, and how often each came.
pub const HEARD: Table<u64, u32> = Table::new("heard");

/// Which engine a scenario runs on.
#[derive(Clone)]
pub enum Backing {
    Memory,
    File(Arc<TempDir>),
}

impl Backing {
    pub fn file() -> Self {
        Self::File(Arc::new(tempfile::tempdir().unwrap()))
    }

    pub fn store<D>(&self, options: StoreOptions) -> Store<D> {
        match self {
            Self::Memory => Store::with(Memory::new(&SystemRandom), options).unwrap(),
            Self::File(folder) => Store::with(Durable::open(folder.path().join("a.store")).unwrap(), options).unwrap(),
        }
    }

    pub fn open<D>(&self) -> Store<D> {
        // On the system's time: a machine that is busy with others does not end a transaction.
        self.store(StoreOptions::default().max_age(Duration::from_secs(120)))
    }

    /// On virtual time, with commits that the caller runs.
    pub fn simulated<D>(&self, clock: &VirtualClock) -> Store<D> {
        self.store(StoreOptions::default().writer(Inline).clock(clock.clone()))
    }
}

/// Books an amount on an account, and answers with what is there.
#[command(reply = i64, error = BankError)]
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Book {
    pub account: u32,
    pub cents: i64,
    pub then: Then,
}

impl Book {
    pub fn new(account: u32, cents: i64, then: Then) -> Self {
        Self { account, cents, then }
    }
}

#[event(key = account)]
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Booked {
    pub account: u32,
    pub sum: i64,
}

#[derive(Default)]
pub struct Books {
    pub tries: AtomicU32,
    pub go_on: Notify,
    pub clock: VirtualClock,
}

#[handler]
impl Books {
    pub async fn book(
        &self,
        cmd: Book,
        cx: &mut Context<impl Within<Main> + Publishes<Booked>>,
    ) -> Result<i64, Error<BankError>> {
        let tries = self.tries.fetch_add(1, SeqCst) + 1;
        let sum = ACCOUNTS.get(cx.tx(), &cmd.account).await.map_err(Error::refused)?.unwrap_or(0) + cmd.cents;
        ACCOUNTS.put(cx.tx(), &cmd.account, &sum).map_err(Error::refused)?;
        // Each attempt writes a row of its own, too.
        ACCOUNTS.put(cx.tx(), &(1_000 + tries), &1).map_err(Error::refused)?;
        cx.publish(Booked { account: cmd.account, sum }).await.map_err(Error::refused)?;
        cmd.then.happens(tries, &self.go_on).await?;
        if let Then::Late(secs) = cmd.then {
            self.clock.advance(Duration::from_secs(secs));
        }
        Ok(sum)
    }
}

/// Counts by their ids what it hears.
#[derive(Default)]
pub struct Ledger {
    pub sums: std::sync::Mutex<Vec<(u32, i64)>>,
}

#[handler]
impl Ledger {
    pub async fn on_booked(&self, event: &Booked, cx: &mut Context<impl Within<Main>>) -> Result<(), Failure> {
        let id = cx.message_id().get();
        let times = HEARD.get(cx.tx(), &id).await.map_err(Failure::from_error)?.unwrap_or(0);
        HEARD.put(cx.tx(), &id, &(times + 1)).map_err(Failure::from_error)?;
        self.sums.lock().unwrap().push((event.account, event.sum));
        Ok(())
    }
}

#[mediator(serves)]
pub struct Bank {
    #[pipeline(commands: Transactional(self.db))]
    pub books: Books,
    #[pipeline(events: Transactional(self.db))]
    pub ledger: Ledger,
    pub db: Store<Main>,
}

impl Bank {
    pub fn new(db: Store<Main>) -> Self {
        Self { books: Books::default(), ledger: Ledger::default(), db }
    }
}

/// All accounts that are not the attempts' own rows.
pub async fn accounts<D>(db: &Store<D>) -> Vec<(u32, i64)> {
    ACCOUNTS.range(&mut db.begin().unwrap(), ..1_000).await.unwrap()
}

/// How many attempts have left a row.
pub async fn attempts<D>(db: &Store<D>) -> usize {
    ACCOUNTS.range(&mut db.begin().unwrap(), 1_000..).await.unwrap().len()
}

pub fn backlog<D>(db: &Store<D>) -> u64 {
    catga::delivery::OUTBOX.backlog(db).unwrap()
}

/// That nothing at all was stored.
pub async fn is_untouched<D>(db: &Store<D>) -> bool {
    accounts(db).await.is_empty() && attempts(db).await == 0 && backlog(db) == 0
}
