//! What the two programs are made of: their messages, their rows, their handlers.

use std::sync::Arc;
use std::time::Duration;

use catga::Remote;
use catga::delivery::{DeadLetters as Keeps, Letter};
use catga::id::Snowflake;
use catga::prelude::*;
use catga::store::{Arrival, DeadLetter, DeadLetters, Inbox, Outbox, Store, Table, Taken, Transaction};
use catga::testing::SeededRandom;
use catga::testing::simulation::SimClock;
use catga::time::Random as _;
use serde::{Deserialize, Serialize};

use crate::plan::Bug;
use crate::wire::TestWire;
use crate::world::Env;

/// The store of a program.
pub struct Main;

pub const ACCOUNTS: u64 = 4;
/// How long after an order its reminder is due.
pub const REMIND: Duration = Duration::from_secs(12);

/// Places an order. Its idempotency key is its caller's.
#[command(reply = u64, key = account)]
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Place {
    pub order: u64,
    pub account: u32,
    pub cents: i64,
}

/// From the shop to the payments.
#[event(key = account)]
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Placed {
    pub order: u64,
    pub account: u32,
    pub cents: i64,
}

/// From the shop to the payments, later.
#[event]
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Reminder {
    pub order: u64,
    pub due_ms: u64,
}

/// From the payments' till to their accounts.
#[event(key = account)]
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Booked {
    pub order: u64,
    pub account: u32,
}

/// From the payments to the shop.
#[event(key = account)]
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Charged {
    pub order: u64,
    pub account: u32,
}

/// The shop asks the payments for it, and they answer with its number on the account.
#[command(reply = u64, key = account, idempotent)]
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Credit {
    pub credit: u64,
    pub account: u32,
    pub cents: i64,
}

#[contract(endpoint = "till")]
pub struct TillApi(Credit);

#[contract(endpoint = "orders")]
pub struct OrderEvents(#[event] Placed, #[event] Reminder);

#[contract(endpoint = "charges")]
pub struct ChargeEvents(#[event] Charged);

/// Where the payments' messages for the shop go; those of their own go to the usual outbox.
pub const AWAY: Outbox = Outbox::new("away");

// Of the shop.
/// By order: the account, and how often it was placed.
pub const ORDERS: Table<u64, (u32, u64)> = Table::new("orders");
/// The orders of an account, in the order in which they were placed.
pub const PLACED: Table<(u32, u64), u64> = Table::new("placed");
/// How often each order was paid.
pub const PAID: Table<u64, u64> = Table::new("paid");
/// The fences of those who swept, in the order in which they did.
pub const SWEPT: Table<u64, u64> = Table::new("swept");

// Of the payments.
pub const BALANCES: Table<u32, i64> = Table::new("balances");
/// How often each order was charged.
pub const CHARGES: Table<u64, u64> = Table::new("charges");
/// The orders of an account, in the order in which they were charged.
pub const CHARGED: Table<(u32, u64), u64> = Table::new("charged");
/// How often each order was booked on its account.
pub const BOOKED: Table<u64, u64> = Table::new("booked");
/// How often each order was reminded of, and how early that was at worst, in milliseconds.
pub const REMINDED: Table<u64, (u64, u64)> = Table::new("reminded");
/// How often each credit was given.
pub const GIVEN: Table<u64, u64> = Table::new("given");
/// The credits of an account, in the order in which they were given.
pub const CREDITED: Table<(u32, u64), u64> = Table::new("credited");
pub const LETTERS: DeadLetters = DeadLetters::new("letters");
/// The code of what an inbox knows too little of.
pub const TOO_OLD: &str = "inbox.too_old";

/// The table of a counter, one more.
pub async fn count(tx: &mut Transaction, table: Table<u64, u64>, key: u64) -> Result<u64, Failure> {
    let count = table.get(tx, &key).await.map_err(Failure::from_error)?.unwrap_or(0) + 1;
    table.put(tx, &key, &count).map_err(Failure::from_error)?;
    Ok(count)
}

/// Appends to the orders of an account.
async fn append(tx: &mut Transaction, table: Table<(u32, u64), u64>, account: u32, order: u64) -> Result<u64, Failure> {
    let before = table.range(tx, (account, 0)..(account + 1, 0)).await.map_err(Failure::from_error)?.len() as u64;
    table.put(tx, &(account, before + 1), &order).map_err(Failure::from_error)?;
    Ok(before + 1)
}

/// What the payments decline for good.
pub fn is_declined(order: u64) -> bool {
    order % 13 == 4
}

/// What the payments are never able to do, and do not know it.
pub fn is_stubborn(order: u64) -> bool {
    order % 17 == 11
}

/// How long an inbox remembers each message: shorter than some of them are late, at times.
pub const RETENTION: Duration = Duration::from_secs(120);

/// How long who asked for a credit and vanished is in its way: longer than a transaction may last.
pub const CLAIMED: Duration = Duration::from_secs(6);

/// How often the payments try.
pub const ATTEMPTS: u32 = 30;

pub struct Orders {
    pub env: Arc<Env>,
}

#[handler]
impl Orders {
    async fn place(
        &self,
        cmd: Place,
        cx: &mut Context<impl Within<Main> + Publishes<Placed> + Enqueues<Reminder>>,
    ) -> Result<u64, Error> {
        let Place { order, account, cents } = cmd;
        let times = ORDERS.get(cx.tx(), &order).await.map_err(Error::refused)?.map_or(0, |(_, times)| times);
        ORDERS.put(cx.tx(), &order, &(account, times + 1)).map_err(Error::refused)?;
        let number = append(cx.tx(), PLACED, account, order).await.map_err(Error::Refused)?;
        self.env.work("place").await;
        cx.publish(Placed { order, account, cents }).await.map_err(Error::refused)?;
        let reminder = Reminder { order, due_ms: cx.clock().unix_ms() + REMIND.as_millis() as u64 };
        if self.env.has(Bug::TimersInMemory) {
            let env = Arc::clone(&self.env);
            self.env.shop.node.spawn(async move { env.remind(reminder).await });
        } else {
            cx.enqueue_after(reminder, REMIND).await.map_err(Error::Refused)?;
        }
        Ok(number)
    }
}

/// Takes a message in; whether it is new. The rest of the transaction is its effect.
async fn take(
    env: &Env,
    db: &Store<Main>,
    inbox: Inbox,
    key: &[u8],
    id: u64,
    tx: &mut Transaction,
) -> Result<bool, Failure> {
    let arrival = Arrival { source: "there", key, id };
    let taken = match env.has(Bug::InboxApart) {
        false => inbox.take(tx, arrival).map_err(Failure::from_error)?,
        true => {
            let mut apart = db.begin().map_err(Failure::from_error)?;
            let taken = inbox.take(&mut apart, arrival).map_err(Failure::from_error)?;
            apart.commit().await.map_err(Failure::from_error)?;
            taken
        }
    };
    match taken {
        Taken::New => Ok(true),
        Taken::Duplicate => Ok(env.has(Bug::InboxIgnored)),
        Taken::TooOld => Err(Failure::new(TOO_OLD, Class::Permanent)),
    }
}

pub struct Till {
    pub env: Arc<Env>,
    pub db: Store<Main>,
}

pub const TILL: Inbox = Inbox::new("till").retention(RETENTION);
const ACCOUNT: Inbox = Inbox::new("accounts");
pub const BOOK: Inbox = Inbox::new("books").retention(RETENTION);

#[handler]
impl Till {
    async fn on_placed(
        &self,
        event: &Placed,
        cx: &mut Context<impl Within<Main> + Publishes<Booked>>,
    ) -> Result<(), Failure> {
        let Placed { order, account, cents } = *event;
        if is_declined(order) {
            return Err(Failure::new("payments.declined", Class::Permanent));
        }
        let id = cx.message_id().get();
        if !take(&self.env, &self.db, TILL, &account.to_be_bytes(), id, cx.tx()).await? {
            return Ok(());
        }
        self.env.point(&self.env.payments, "taken").await;
        for (account, by) in [(account, -cents), (u32::MAX, cents)] {
            let there = BALANCES.get(cx.tx(), &account).await.map_err(Failure::from_error)?.unwrap_or(0) + by;
            BALANCES.put(cx.tx(), &account, &there).map_err(Failure::from_error)?;
        }
        self.env.work("charge").await;
        if is_stubborn(order) || self.env.fails() {
            return Err(Failure::new("payments.busy", Class::Transient));
        }
        count(cx.tx(), CHARGES, order).await?;
        append(cx.tx(), CHARGED, account, order).await?;
        cx.publish(Booked { order, account }).await.map_err(Failure::from_error)?;
        self.env.point(&self.env.payments, "effect").await;
        Ok(())
    }

    async fn on_reminder(&self, event: &Reminder, cx: &mut Context<impl Within<Main>>) -> Result<(), Failure> {
        if self.env.has(Bug::TimesCompared) && cx.clock().unix_ms() < event.due_ms {
            return Err(Failure::new("payments.early", Class::Transient));
        }
        let id = cx.message_id().get();
        // In no order with others, so that each is a key of its own.
        if !take(&self.env, &self.db, TILL, &event.order.to_be_bytes(), id, cx.tx()).await? {
            return Ok(());
        }
        // By the clock of who scheduled it.
        let early = event.due_ms.saturating_sub(self.env.shop.clock.latest_ms());
        let (times, before) =
            REMINDED.get(cx.tx(), &event.order).await.map_err(Failure::from_error)?.unwrap_or_default();
        REMINDED.put(cx.tx(), &event.order, &(times + 1, early.max(before))).map_err(Failure::from_error)
    }
}

pub struct Credits {
    pub env: Arc<Env>,
}

#[handler]
impl Credits {
    async fn credit(&self, cmd: Credit, cx: &mut Context<impl Within<Main>>) -> Result<u64, Error> {
        let Credit { credit, account, cents } = cmd;
        for (account, by) in [(account, cents), (u32::MAX, -cents)] {
            let there = BALANCES.get(cx.tx(), &account).await.map_err(Error::refused)?.unwrap_or(0) + by;
            BALANCES.put(cx.tx(), &account, &there).map_err(Error::refused)?;
        }
        self.env.work("credit").await;
        if self.env.fails() {
            return Err(Error::Refused(Failure::new("payments.busy", Class::Transient)));
        }
        count(cx.tx(), GIVEN, credit).await.map_err(Error::Refused)?;
        let number = append(cx.tx(), CREDITED, account, credit).await.map_err(Error::Refused)?;
        self.env.point(&self.env.payments, "credit").await;
        Ok(number)
    }
}

pub struct Accounts {
    pub env: Arc<Env>,
    pub db: Store<Main>,
}

#[handler]
impl Accounts {
    async fn on_booked(
        &self,
        event: &Booked,
        cx: &mut Context<impl Within<Main> + Publishes<Charged>>,
    ) -> Result<(), Failure> {
        let Booked { order, account } = *event;
        let id = cx.message_id().get();
        if !take(&self.env, &self.db, ACCOUNT, &account.to_be_bytes(), id, cx.tx()).await? {
            return Ok(());
        }
        count(cx.tx(), BOOKED, order).await?;
        self.env.work("book").await;
        if self.env.fails() {
            return Err(Failure::new("payments.busy", Class::Transient));
        }
        cx.publish(Charged { order, account }).await.map_err(Failure::from_error)
    }
}

pub struct Books {
    pub env: Arc<Env>,
    pub db: Store<Main>,
}

#[handler]
impl Books {
    async fn on_charged(&self, event: &Charged, cx: &mut Context<impl Within<Main>>) -> Result<(), Failure> {
        let Charged { order, account } = *event;
        let id = cx.message_id().get();
        if !take(&self.env, &self.db, BOOK, &account.to_be_bytes(), id, cx.tx()).await? {
            return Ok(());
        }
        self.env.work("pay").await;
        if self.env.fails() {
            // A panic that nobody prints.
            std::panic::resume_unwind(Box::new("on purpose"));
        }
        count(cx.tx(), PAID, order).await.map(drop)
    }
}

#[mediator(serves, clock = self.clock, timer = self.clock, random = self.random, ids = self.ids)]
pub struct Shop {
    pub clock: SimClock,
    pub random: Arc<SeededRandom>,
    pub ids: Snowflake,
    #[pipeline(commands: Idempotent(self.db))]
    pub orders: Orders,
    #[pipeline(events: Transactional(self.db))]
    pub books: Books,
    pub payments: Remote<TestWire, OrderEvents>,
    #[pipeline(commands: Retry::times(3).base(Duration::from_millis(200)))]
    pub till: Remote<TestWire, TillApi>,
    pub db: Store<Main>,
}

#[mediator(serves, clock = self.clock, timer = self.clock, random = self.random, ids = self.ids)]
pub struct Payments {
    pub clock: SimClock,
    pub random: Arc<SeededRandom>,
    pub ids: Snowflake,
    #[pipeline(events: Transactional(self.db))]
    pub till: Till,
    #[pipeline(commands: Idempotent(self.db).lease(CLAIMED))]
    pub credits: Credits,
    #[pipeline(events: Transactional(self.db).outbox(AWAY))]
    pub accounts: Accounts,
    pub shop: Remote<TestWire, ChargeEvents>,
    pub db: Store<Main>,
}

/// Dead letters in the program's own store, each once.
pub struct Kept {
    pub db: Store<Main>,
}

impl Keeps for Kept {
    async fn bury(&self, letter: Letter<'_>) -> Result<(), Failure> {
        let mut tx = self.db.begin().map_err(Failure::from_error)?;
        let arrival = Arrival { source: letter.endpoint, key: b"", id: letter.parcel.id };
        if Inbox::new("letters").take(&mut tx, arrival).map_err(Failure::from_error)? == Taken::New {
            let kept = DeadLetter {
                id: letter.parcel.id,
                name: letter.endpoint.to_owned(),
                source: letter.group.to_owned(),
                key: Vec::new(),
                body: letter.parcel.bytes.to_vec(),
                errors: vec![letter.code.to_owned(), letter.error.to_owned()],
                attempts: letter.attempts,
                first_ms: 0,
                last_ms: letter.unix_ms,
            };
            LETTERS.put(&mut tx, &kept).map_err(Failure::from_error)?;
            tx.commit().await.map_err(Failure::from_error)?;
        }
        Ok(())
    }
}

impl Env {
    /// Takes a while, as what a handler does may.
    pub async fn work(&self, what: &str) {
        if self.plan.chaos {
            let millis = self.random.up_to(if self.random.up_to(19) == 0 { 3_000 } else { 60 });
            self.sleep(Duration::from_millis(millis)).await;
        }
        self.sim.note(what);
    }

    /// Whether a handler fails this time.
    pub fn fails(&self) -> bool {
        self.plan.chaos && !self.is_healed() && self.random.up_to(99) < 8
    }
}
