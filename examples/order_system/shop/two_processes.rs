//! Payments in a process of their own, behind a socket: started, stopped and lost by itself.

use catga::Remote;
use catga::id::Snowflake;
use catga::prelude::*;
use catga::transport::unix::UnixClient;

use super::PATIENCE;
use crate::book::MemoryBook;
use crate::inventory::{Inventory, MemoryShelves};
use crate::mail::{Mail, MemoryPost};
use crate::orders::Orders;
use crate::payments_api::PaymentsApi;
use crate::shipping::{MemoryWarehouse, Shipping};

/// Handles every message of the shop, those to payments by asking the other process.
#[mediator(ids = self.ids)]
#[pipeline(Trace, Validate, queries: Timeout::secs(2), queries: Retry::times(3), streams: Timeout::secs(30))]
pub(crate) struct Shop {
    orders: Orders<MemoryBook>,
    inventory: Inventory<MemoryShelves>,
    payments: Remote<UnixClient, PaymentsApi>,
    shipping: Shipping<MemoryWarehouse>,
    mail: Mail<MemoryPost>,
    ids: Snowflake,
}

impl super::Shop for Shop {}

impl Shop {
    /// A shop that lives in memory, makes its ids with these, and asks payments over this socket.
    pub(crate) fn new(ids: Snowflake, payments: UnixClient) -> Self {
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
