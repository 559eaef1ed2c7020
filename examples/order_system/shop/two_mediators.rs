//! Payments in a mediator of their own, the [`Till`](crate::till::Till), joined with the others in memory.

use catga::Remote;
use catga::id::Snowflake;
use catga::prelude::*;
use catga::transport::memory::Memory;

use super::PATIENCE;
use crate::book::MemoryBook;
use crate::inventory::{Inventory, MemoryShelves};
use crate::mail::{Mail, MemoryPost};
use crate::orders::Orders;
use crate::payments_api::PaymentsApi;
use crate::shipping::{MemoryWarehouse, Shipping};

/// Handles every message of the shop, those to payments by asking the till.
#[mediator(ids = self.ids)]
#[pipeline(Trace, Validate, queries: Timeout::secs(2), queries: Retry::times(3), streams: Timeout::secs(30))]
pub(crate) struct Shop {
    orders: Orders<MemoryBook>,
    inventory: Inventory<MemoryShelves>,
    payments: Remote<Memory, PaymentsApi>,
    shipping: Shipping<MemoryWarehouse>,
    mail: Mail<MemoryPost>,
    ids: Snowflake,
}

impl super::Shop for Shop {}

impl Shop {
    /// A shop that lives in memory, makes its ids with these, and asks payments over this transport.
    pub(crate) fn new(ids: Snowflake, payments: Memory) -> Self {
        Self {
            orders: Orders::default(),
            inventory: Inventory::default(),
            payments: Remote::new(payments).patience(PATIENCE),
            shipping: Shipping::default(),
            mail: Mail::default(),
            ids,
        }
    }
}
