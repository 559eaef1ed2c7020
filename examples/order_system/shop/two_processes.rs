//! Payments in a process of their own, behind a socket: started, stopped and lost by itself.

use catga::Remote;
use catga::codec::Json;
use catga::id::Snowflake;
use catga::prelude::*;
use catga::transport::unix::UnixClient;

use super::Parts;
use crate::checkout::{Checkout, News};
use crate::counter::{Counter, WRITTEN_DOWN};
use crate::inventory::Inventory;
use crate::mail::Mail;
use crate::orders::Orders;
use crate::patience::Patience;
use crate::payments_api::PaymentsApi;
use crate::shipping::Shipping;
use crate::store::{AGAIN, Db};
use crate::turns::Turns;

/// Handles every message of the shop, those to payments by asking the other process.
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
    payments: Remote<UnixClient, PaymentsApi>,
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
    /// A shop over these parts, which asks payments over this socket.
    pub(crate) fn new(parts: Parts, payments: UnixClient) -> Self {
        let Parts { counter, orders, checkout, inventory, mail, db, ids } = parts;
        let (patience, query) = (checkout.patience, checkout.patience.query());
        let payments = Remote::new(payments).patience(patience.elsewhere());
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
