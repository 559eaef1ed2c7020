//! All parts in one mediator: a charge is a function call.

use catga::id::Snowflake;
use catga::prelude::*;

use crate::book::MemoryBook;
use crate::inventory::{Inventory, MemoryShelves};
use crate::mail::{Mail, MemoryPost};
use crate::orders::Orders;
use crate::payments::Payments;
use crate::shipping::{MemoryWarehouse, Shipping};
use crate::simulator::Simulator;

/// Handles every message of the shop.
#[mediator(ids = self.ids)]
#[pipeline(Trace, Validate, queries: Timeout::secs(2), queries: Retry::times(3), streams: Timeout::secs(30))]
pub(crate) struct Shop {
    orders: Orders<MemoryBook>,
    inventory: Inventory<MemoryShelves>,
    payments: Payments<Simulator>,
    shipping: Shipping<MemoryWarehouse>,
    mail: Mail<MemoryPost>,
    ids: Snowflake,
}

impl super::Shop for Shop {}

impl Shop {
    /// A shop that lives in memory, and makes its ids with these.
    pub(crate) fn new(ids: Snowflake) -> Self {
        Self {
            orders: Orders::default(),
            inventory: Inventory::default(),
            payments: Payments::over(Simulator::default()),
            shipping: Shipping::default(),
            mail: Mail::default(),
            ids,
        }
    }
}
