//! A bank in a process of its own that is killed again and again while it transfers: nothing that it said is lost,
//! the money is all there, and what was told of it is told.
//!
//! 20 kills; `CATGA_KILLS` says how many instead.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::io::{BufRead as _, BufReader, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::time::Duration;

use catga::delivery::OUTBOX;
use catga::prelude::*;
use catga::store::{Durable, Store, Table, Transaction};
use catga::time::{Random as _, SystemRandom};
use catga_tests::{evidence, runs};
use serde::{Deserialize, Serialize};

struct Main;

const ACCOUNTS: Table<u32, i64> = Table::new("accounts");
/// Every transfer that was made.
const MADE: Table<u64, i64> = Table::new("made");
/// How often each was heard of.
const HEARD: Table<u64, u32> = Table::new("heard");
/// How many were counted, with nothing but a number to count by.
const TALLY: Table<u32, u64> = Table::new("tally");

const HOLDERS: u32 = 8;
const EACH: i64 = 1_000;
/// Who was killed has its keys for so long.
const LEASE: Duration = Duration::from_millis(300);
/// And who is not, for longer than a disk takes that is busy with others.
const LASTING: Duration = Duration::from_secs(60);

#[derive(Debug, PartialEq, Serialize, Deserialize, Classify)]
struct Poor;

impl fmt::Display for Poor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("there is not enough on the account")
    }
}

impl std::error::Error for Poor {}

#[command(error = Poor)]
#[derive(Clone, Serialize, Deserialize)]
struct Transfer {
    number: u64,
    from: u32,
    to: u32,
    cents: i64,
}

#[event(key = from)]
#[derive(Clone, Serialize, Deserialize)]
struct Moved {
    number: u64,
    from: u32,
}

#[command(critical, key = from)]
#[derive(Clone, Serialize, Deserialize)]
struct Count {
    from: u32,
}

struct Accounts;

#[handler]
impl Accounts {
    async fn transfer(
        &self,
        cmd: Transfer,
        cx: &mut Context<impl Within<Main> + Publishes<Moved> + Enqueues<Count>>,
    ) -> Result<(), Error<Poor>> {
        let Transfer { number, from, to, cents } = cmd;
        add(cx.tx(), from, -cents).await?;
        add(cx.tx(), to, cents).await?;
        MADE.put(cx.tx(), &number, &cents).map_err(Error::refused)?;
        cx.publish(Moved { number, from }).await.map_err(Error::refused)?;
        cx.enqueue(Count { from }).await.map_err(Error::refused)?;
        Ok(())
    }
}

async fn add(tx: &mut Transaction, account: u32, cents: i64) -> Result<(), Error<Poor>> {
    let there = ACCOUNTS.get(tx, &account).await.map_err(Error::refused)?.unwrap_or(EACH) + cents;
    if there < 0 {
        return Err(Poor.into());
    }
    ACCOUNTS.put(tx, &account, &there).map_err(Error::refused)
}

struct Ledger;

#[handler]
impl Ledger {
    async fn on_moved(&self, event: &Moved, cx: &mut Context<impl Within<Main>>) -> Result<(), Failure> {
        let times = HEARD.get(cx.tx(), &event.number).await.map_err(Failure::from_error)?.unwrap_or(0);
        HEARD.put(cx.tx(), &event.number, &(times + 1)).map_err(Failure::from_error)
    }
}

struct Counter;

#[handler]
impl Counter {
    async fn count(&self, cmd: Count, cx: &mut Context<impl Within<Main>>) -> Result<(), Error> {
        let so_far = TALLY.get(cx.tx(), &cmd.from).await.map_err(Error::refused)?.unwrap_or(0);
        TALLY.put(cx.tx(), &cmd.from, &(so_far + 1)).map_err(Error::refused)
    }
}

macro_rules! banks {
    ($($bank:ident $lease:ident)*) => {$(
        #[mediator(serves)]
        struct $bank {
            #[pipeline(commands: Retry::times(200).base(Duration::from_millis(1)), commands: Transactional(self.db))]
            accounts: Accounts,
            #[pipeline(events: Transactional(self.db))]
            ledger: Ledger,
            #[pipeline(commands: Idempotent(self.db).lease($lease))]
            counter: Counter,
            db: Store<Main>,
        }

        impl $bank {
            fn open(folder: &Path) -> Self {
                let db = Store::new(Durable::open(folder.join("bank.store")).unwrap()).unwrap();
                Self { accounts: Accounts, ledger: Ledger, counter: Counter, db }
            }

            fn relay(&self) -> Relay<Main> {
                Relay::new(&self.db).outbox(OUTBOX.lease($lease)).look_every(Duration::from_millis(20))
            }
        }
    )*};
}

banks! { Killed LEASE Last LASTING }

const FOLDER: &str = "CATGA_KILLED_IN";

/// The process that is killed: it transfers and relays for ever, and says what it has done.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "it runs until it is killed; the other test starts it"]
async fn process() {
    let folder = PathBuf::from(std::env::var_os(FOLDER).expect("the other test says where"));
    let bank = Arc::new(Killed::open(&folder));
    let mut tasks = tokio::task::JoinSet::new();
    for _ in 0..4 {
        let bank = Arc::clone(&bank);
        tasks.spawn(async move {
            loop {
                let random = |below: u64| u32::try_from(SystemRandom.up_to(below - 1)).unwrap();
                let from = random(u64::from(HOLDERS));
                let to = (from + 1 + random(u64::from(HOLDERS) - 1)) % HOLDERS;
                let number = SystemRandom.next() >> 1;
                let transfer = Transfer { number, from, to, cents: i64::from(random(100)) + 1 };
                if bank.send(transfer).await.is_ok() {
                    // In one write, or half a line could be another number.
                    std::io::stdout().lock().write_all(format!("made {number}\n").as_bytes()).unwrap();
                }
            }
        });
    }
    tasks.spawn(async move {
        let stop = Cancel::new();
        bank.relay().run::<Killed, _>(&*bank, &stop).await;
    });
    tasks.join_next().await.unwrap().unwrap();
}

/// Runs the process until it has said so much, and kills it; what it has said.
fn killed(folder: &Path, after: u64) -> Vec<u64> {
    let mut child = Command::new(std::env::current_exe().unwrap())
        .args(["process", "--exact", "--ignored", "--nocapture"])
        .env(FOLDER, folder)
        .stdout(Stdio::piped())
        .stderr(Stdio::inherit())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).split(b'\n');
    let mut made = Vec::new();
    let number = |line: Vec<u8>| -> Option<u64> {
        let line = String::from_utf8(line).ok()?;
        line.split_once("made ")?.1.parse().ok()
    };
    while (made.len() as u64) < after {
        let line = lines.next().expect("it runs until it is killed").unwrap();
        made.extend(number(line));
    }
    // Not asked, but killed: SIGKILL.
    child.kill().unwrap();
    child.wait().unwrap();
    let mut rest: Vec<Vec<u8>> = lines.map(Result::unwrap).collect();
    // What comes last may be cut off.
    rest.pop();
    made.extend(rest.into_iter().filter_map(number));
    made
}

#[tokio::test]
async fn a_bank_that_is_killed_loses_nothing() {
    let kills = runs("CATGA_KILLS", 20);
    let folder = tempfile::tempdir().unwrap();
    let mut said = BTreeSet::new();
    for _ in 0..kills {
        said.extend(killed(folder.path(), 1 + SystemRandom.up_to(40)));
    }
    assert!(said.len() as u64 >= kills, "each said something");

    let bank = Last::open(folder.path());
    let relay = bank.relay();
    let (stop, mut head) = (Cancel::new(), bank.db.head());
    let drained = async {
        while relay.backlog().await.unwrap() > 0 {
            head.changed().await.unwrap();
        }
        stop.cancel();
    };
    tokio::join!(relay.run::<Last, _>(&bank, &stop), drained);

    let mut tx = bank.db.begin().unwrap();
    let made: BTreeMap<u64, i64> = MADE.range(&mut tx, ..).await.unwrap().into_iter().collect();
    let accounts = ACCOUNTS.range(&mut tx, ..).await.unwrap();
    let heard: BTreeMap<u64, u32> = HEARD.range(&mut tx, ..).await.unwrap().into_iter().collect();
    let tally: u64 = TALLY.range(&mut tx, ..).await.unwrap().into_iter().map(|(_, count)| count).sum();

    let lost: Vec<&u64> = said.iter().filter(|number| !made.contains_key(number)).collect();
    assert!(lost.is_empty(), "said, and not made: {lost:?}");
    let untouched = i64::from(HOLDERS) - accounts.len() as i64;
    let total = accounts.iter().map(|(_, cents)| cents).sum::<i64>() + untouched * EACH;
    assert_eq!(total, i64::from(HOLDERS) * EACH, "no money comes or goes: {accounts:?}");
    assert!(heard.keys().eq(made.keys()), "each was heard of, and nothing else: {} of {}", heard.len(), made.len());
    assert_eq!(tally, made.len() as u64, "each was counted once");
    let duplicates: u32 = heard.values().map(|times| times - 1).sum();
    evidence("`kill -9` of a bank with an outbox", kills);
    evidence("a killed bank: transfers acknowledged", said.len());
    evidence("a killed bank: transfers acknowledged and lost", lost.len());
    evidence("a killed bank: events delivered twice", duplicates);
}
