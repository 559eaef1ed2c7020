//! The payments: charge and book what was ordered, and give credits.

use std::sync::Arc;
use std::time::Duration;

use catga::Remote;
use catga::id::Snowflake;
use catga::prelude::*;
use catga::store::Store;
use catga::testing::SeededRandom;
use catga::testing::simulation::SimClock;

use super::inbox::{ACCOUNT, TILL, take};
use super::messages::{AWAY, Booked, ChargeEvents, Charged, Credit, Placed, Reminder};
use super::tables::{
    BALANCES, BOOKED, CHARGED, CHARGES, CREDITED, GIVEN, Main, REMINDED, append, count, is_declined, is_stubborn,
};
use crate::plan::Bug;
use crate::wire::TestWire;
use crate::world::Env;

/// How long who asked for a credit and vanished is in its way: longer than a transaction may last.
pub const CLAIMED: Duration = Duration::from_secs(6);

/// How often the payments try.
pub const ATTEMPTS: u32 = 30;

pub struct Till {
    pub env: Arc<Env>,
    pub db: Store<Main>,
}

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
