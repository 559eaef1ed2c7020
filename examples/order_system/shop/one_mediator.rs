//! All parts in one mediator: a charge is a function call.

use catga::codec::Json;
use catga::id::Snowflake;
use catga::prelude::*;

use super::Parts;
use crate::bank::Bank;
use crate::checkout::{Checkout, News};
use crate::counter::{Counter, WRITTEN_DOWN};
use crate::inventory::Inventory;
use crate::mail::Mail;
use crate::orders::Orders;
use crate::patience::Patience;
use crate::payments::Payments;
use crate::shipping::Shipping;
use crate::store::{AGAIN, Db};
use crate::turns::Turns;

/// Handles every message of the shop.
#[mediator(serves, codec = Json, ids = self.ids)]
#[pipeline(Trace, Validate, queries: self.query, queries: Retry::times(3), streams: Timeout::secs(30))]
pub(crate) struct Shop {
    #[pipeline(commands: AGAIN, commands: self.turns, commands: Idempotent(self.db).lease(self.patience.lease()).commit_on(WRITTEN_DOWN))]
    counter: Counter,
    #[pipeline(commands: AGAIN, events: AGAIN, commands: Transactional(self.db), events: Transactional(self.db))]
    orders: Orders,
    checkout: Checkout,
    #[pipeline(commands: AGAIN, commands: Transactional(self.db))]
    inventory: Inventory,
    payments: Payments<Bank>,
    #[pipeline(commands: AGAIN, events: AGAIN, commands: Transactional(self.db), events: Transactional(self.db))]
    shipping: Shipping,
    #[pipeline(events: AGAIN, events: Transactional(self.db))]
    mail: Mail,
    turns: Turns,
    db: Db,
    ids: Snowflake,
    query: Timeout,
    patience: Patience,
}

impl super::Shop for Shop {
    fn db(&self) -> &Db {
        &self.db
    }

    fn news(&self) -> &News {
        &self.checkout.news
    }

    fn patience(&self) -> Patience {
        self.patience
    }
}

impl Shop {
    /// A shop over these parts, which has its money at this bank.
    pub(crate) fn new(parts: Parts, payments: Bank) -> Self {
        let Parts { counter, orders, checkout, inventory, mail, db, ids } = parts;
        let (patience, query) = (checkout.patience, checkout.patience.query());
        let payments = Payments::over(payments, patience);
        Self {
            counter,
            orders,
            checkout,
            inventory,
            payments,
            shipping: Shipping,
            mail,
            turns: Turns::default(),
            db,
            ids,
            query,
            patience,
        }
    }
}
