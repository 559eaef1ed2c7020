//! The shop: every part in its place, composed in three ways. The three differ in the type of one field,
//! `payments`; no part knows in which of them it is.
//!
//! | | payments are |
//! |---|---|
//! | [`one_mediator`] | a part like the others |
//! | [`two_mediators`] | a mediator of their own, in this process, joined in memory |
//! | [`two_processes`] | a process of their own, at the other end of a socket |

pub(crate) mod one_mediator;
pub(crate) mod two_mediators;
#[cfg(unix)]
pub(crate) mod two_processes;

use std::time::Duration;

use catga::id::{IdError, Snowflake};
use catga::prelude::*;
use catga::wire::Serves;

use crate::checkout::{Checkout, News};
use crate::counter::{Counter, PlaceOrder};
use crate::inventory::{Inventory, SetStock, StockLevel};
use crate::mail::{Letters, Mail};
use crate::orders::{CancelOrder, GetOrder, ListOrders, Orders, PayOrder};
use crate::patience::Patience;
use crate::payments_api::Takings;
use crate::shipping::DispatchParcel;
use crate::store::Db;

/// This process's number among those that make order ids.
const WORKER: u64 = 0;

/// What the HTTP API asks of a shop, however it is composed. All that it handles may come out of its outbox.
pub(crate) trait Shop:
    Handles<PlaceOrder>
    + Handles<PayOrder>
    + Handles<CancelOrder>
    + Handles<GetOrder>
    + Yields<ListOrders>
    + Handles<DispatchParcel>
    + Handles<Letters>
    + Handles<SetStock>
    + Handles<StockLevel>
    + Handles<Takings>
    + Described
    + Mediator
    + Serves<Self>
    + 'static
{
    /// Its store.
    fn db(&self) -> &Db;

    /// Who tells what became of an order.
    fn news(&self) -> &News;

    /// How long who asks it waits.
    fn patience(&self) -> Patience;
}

/// The parts that are the same in all of them.
pub(crate) struct Parts {
    counter: Counter,
    orders: Orders,
    checkout: Checkout,
    inventory: Inventory,
    mail: Mail,
    db: Db,
    ids: Snowflake,
}

impl Parts {
    /// Over this store; an order without a card is cancelled after so long.
    ///
    /// # Errors
    /// The system's clock is before the ids' epoch.
    pub(crate) fn new(db: &Db, unpaid_after: Duration, patience: Patience) -> Result<Self, IdError> {
        let db = || db.clone();
        Ok(Self {
            counter: Counter { unpaid_after },
            orders: Orders { db: db() },
            checkout: Checkout { db: db(), news: News::new(), patience },
            inventory: Inventory { db: db() },
            mail: Mail { db: db() },
            db: db(),
            ids: Snowflake::new(WORKER)?,
        })
    }

    /// How long who asks them waits.
    pub(crate) fn patience(&self) -> Patience {
        self.checkout.patience
    }
}
