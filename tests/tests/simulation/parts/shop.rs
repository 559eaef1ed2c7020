//! The shop: takes orders, and hears what was charged.

use std::sync::Arc;
use std::time::Duration;

use catga::Remote;
use catga::id::Snowflake;
use catga::prelude::*;
use catga::store::Store;
use catga::testing::SeededRandom;
use catga::testing::simulation::SimClock;

use super::inbox::{BOOK, take};
use super::messages::{Charged, OrderEvents, Place, Placed, REMIND, Reminder, TillApi};
use super::tables::{Main, ORDERS, PAID, PLACED, RECEIPTS, append, count};
use crate::plan::Bug;
use crate::wire::TestWire;
use crate::world::Env;

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

/// Knows of no inbox: that is the consumer's, in the store of its transaction.
pub struct Receipts {
    pub env: Arc<Env>,
}

#[handler]
impl Receipts {
    async fn on_charged(&self, event: &Charged, cx: &mut Context<impl Within<Main>>) -> Result<(), Failure> {
        self.env.work("write a receipt").await;
        if self.env.fails() {
            return Err(Failure::new("receipts.busy", Class::Transient));
        }
        count(cx.tx(), RECEIPTS, event.order).await?;
        self.env.point(&self.env.shop, "receipt").await;
        Ok(())
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
    #[pipeline(events: Transactional(self.db))]
    pub receipts: Receipts,
    pub payments: Remote<TestWire, OrderEvents>,
    #[pipeline(commands: Retry::times(3).base(Duration::from_millis(200)))]
    pub till: Remote<TestWire, TillApi>,
    pub db: Store<Main>,
}
