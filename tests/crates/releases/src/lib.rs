//! A shop's store, in one file: what all releases of the program keep there, and how the test drives them.
//!
//! `old FILE write` and `new FILE write` put rows of every kind there, say so, and wait to be killed. `.. FILE finish N`
//! relays until all is done but N rows, which the release does not know, and says what is there.

use std::env;
use std::fmt;
use std::future::pending;
use std::pin::pin;
use std::sync::atomic::AtomicBool;
use std::sync::atomic::Ordering::SeqCst;
use std::time::Duration;

use catga::delivery::{DEAD, OUTBOX, SCHEDULE};
use catga::prelude::*;
use catga::store::outbox::KeyState;
use catga::store::{Arrival, Durable, Store, StoreError, Table, Taken, Transaction};
use catga::wire::Serves;
use futures_util::future::select;
use serde::{Deserialize, Serialize};

pub struct Main;

/// What was charged, by account.
pub const CHARGED: Table<u32, u64> = Table::new("charged");
/// How often.
pub const CHARGES: Table<u32, u32> = Table::new("charges");
/// Of what the books have heard, by account, and how often.
pub const BOOKED: Table<u32, u32> = Table::new("booked");
pub const MAILED: Table<u32, u32> = Table::new("mailed");
pub const GREETED: Table<u32, u32> = Table::new("greeted");

const INBOX: catga::store::Inbox = catga::store::Inbox::new("books");

/// The card that a charge is refused for, until the release that knows better.
pub const REFUSED: u32 = 13;
/// After it was charged, the process stands still.
pub const LAST: u32 = 9;
/// Whose mail is not delivered by the old release.
pub const UNMAILED: u32 = 4;

/// A relay that was killed has its keys for so long.
const LEASE: Duration = Duration::from_secs(2);
/// And one that is not, for longer than a disk takes that is busy with others.
pub const LASTING: Duration = Duration::from_secs(60);

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, Classify)]
pub enum CardError {
    #[class(code = "card.refused")]
    Refused,
}

impl fmt::Display for CardError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the card is refused")
    }
}

impl std::error::Error for CardError {}

#[derive(Debug, Classify)]
pub enum MailError {
    #[class(transient)]
    Down,
}

impl fmt::Display for MailError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the mail server does not answer")
    }
}

impl std::error::Error for MailError {}

/// Stands still after a charge was committed, and before anybody is told: what is killed there has charged.
#[derive(Default)]
pub struct Still {
    pub is_on: AtomicBool,
    /// That it does.
    pub stood: Cancel,
}

impl<M: Message, S: Dispatched> Behavior<M, S> for Still {
    async fn around<N: Next<M, S>>(&self, input: M::In<'_>, cx: &mut Context<S>, next: N) -> Outcome<M> {
        let outcome = next.run(input, cx).await;
        if self.is_on.load(SeqCst) && M::INFO.name == "Charge" && outcome.is_ok() {
            self.stood.cancel();
            pending::<()>().await;
        }
        outcome
    }
}

/// Counts one more of an account.
pub async fn count(table: &Table<u32, u32>, tx: &mut Transaction, account: u32) -> Result<(), StoreError> {
    let times = table.get(tx, &account).await?.unwrap_or(0);
    table.put(tx, &account, &(times + 1))
}

/// Charges an account.
pub async fn charge(tx: &mut Transaction, account: u32, cents: u64) -> Result<u64, StoreError> {
    let sum = CHARGED.get(tx, &account).await?.unwrap_or(0) + cents;
    CHARGED.put(tx, &account, &sum)?;
    count(&CHARGES, tx, account).await?;
    Ok(sum)
}

pub fn open(file: &str) -> Store<Main> {
    Store::new(Durable::open(file).expect("the file opens")).expect("the store starts")
}

/// Says that what was to be written is there, and waits to be killed.
pub async fn wait_for_the_end() {
    println!("ready");
    pending::<()>().await;
}

/// Relays until a charge is committed and nobody was told.
pub async fn relay_until_it_stands<A>(app: &A, db: &Store<Main>, still: &Still)
where
    A: Mediator + Serves<A>,
{
    still.is_on.store(true, SeqCst);
    let (relay, stop) = (relay(db, LEASE), Cancel::new());
    let relaying = pin!(relay.run::<A, A>(app, &stop));
    let stood = pin!(still.stood.cancelled());
    select(relaying, stood).await;
    still.is_on.store(false, SeqCst);
}

/// What the test asks for: the file, and how many rows are to be left where it is to finish.
pub fn asked() -> (String, Option<u64>) {
    let mut arguments = env::args().skip(1);
    let file = arguments.next().expect("a file");
    let left = match arguments.next().as_deref() {
        Some("finish") => Some(arguments.next().and_then(|left| left.parse().ok()).expect("how many rows are left")),
        _ => None,
    };
    (file, left)
}

pub fn relay(db: &Store<Main>, lease: Duration) -> Relay<Main> {
    Relay::new(db).outbox(OUTBOX.lease(lease)).look_every(Duration::from_millis(5))
}

/// Relays until that holds.
pub async fn relay_until<A>(app: &A, db: &Store<Main>, holds: impl Fn() -> bool)
where
    A: Mediator + Serves<A>,
{
    let (relay, stop) = (relay(db, LASTING), Cancel::new());
    let waiting = async {
        while !holds() {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        stop.cancel();
    };
    tokio::join!(relay.run::<A, A>(app, &stop), waiting);
}

/// How many keys are in this state.
pub fn keys(db: &Store<Main>, state: KeyState) -> u64 {
    let keys = OUTBOX.keys(db, None, 1_000).expect("the keys are read");
    keys.iter().filter(|key| key.state == state).count() as u64
}

/// Whether nothing is left but so many keys of one row, which are held.
pub fn is_finished(db: &Store<Main>, left: u64) -> bool {
    let scheduled = SCHEDULE.list(db, None, 10).expect("the schedule is read");
    let backlog = OUTBOX.backlog(db).expect("the outbox is read");
    scheduled.is_empty() && backlog == left && keys(db, KeyState::Held) == left
}

pub fn dead(db: &Store<Main>) -> usize {
    DEAD.list(db, None, 100).expect("the dead letters are read").len()
}

/// Whether a message of another program was taken in before.
pub async fn is_repeat(db: &Store<Main>, id: u64) -> bool {
    let mut tx = db.begin().expect("it begins");
    let taken = INBOX.take(&mut tx, Arrival { source: "other", key: b"a", id }).expect("it is looked up");
    tx.commit().await.expect("it commits");
    taken == Taken::Duplicate
}

/// Says what is there.
pub async fn report(db: &Store<Main>) {
    let mut tx = db.begin().expect("it begins");
    println!("charged {:?}", CHARGED.range(&mut tx, ..).await.expect("the table is read"));
    println!("charges {:?}", CHARGES.range(&mut tx, ..).await.expect("the table is read"));
    println!("booked {:?}", BOOKED.range(&mut tx, ..).await.expect("the table is read"));
    println!("mailed {:?}", MAILED.range(&mut tx, ..).await.expect("the table is read"));
    println!("greeted {:?}", GREETED.range(&mut tx, ..).await.expect("the table is read"));
    println!("held {}", keys(db, KeyState::Held));
    println!("dead {}", dead(db));
}
