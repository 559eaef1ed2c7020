//! The shop: every part in its place.

use catga::id::{IdError, Snowflake};
use catga::prelude::*;

use crate::book::MemoryBook;
use crate::inventory::{Inventory, MemoryShelves};
use crate::mail::{Mail, MemoryPost};
use crate::orders::Orders;
use crate::payments::Payments;
use crate::shipping::{MemoryWarehouse, Shipping};
use crate::simulator::Simulator;

/// Handles every message of the shop. A part moves to a durable store, or to another process, by its
/// field's type alone.
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

impl Shop {
    /// A shop that lives in memory and makes its ids as this worker.
    ///
    /// # Errors
    /// A worker's number that is too large.
    pub(crate) fn in_memory(worker: u64) -> Result<Self, IdError> {
        Ok(Self {
            orders: Orders { book: MemoryBook::default() },
            inventory: Inventory { shelves: MemoryShelves::default() },
            payments: Payments::over(Simulator::default()),
            shipping: Shipping { warehouse: MemoryWarehouse::default() },
            mail: Mail { post: MemoryPost::default() },
            ids: Snowflake::new(worker)?,
        })
    }
}
