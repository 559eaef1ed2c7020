//! The book of all orders.

use std::collections::BTreeMap;
use std::ops::Bound;

use crate::memory::Memory;
use crate::money::Cents;
use crate::order::{Order, OrderId, Status};
use crate::orders::OrderError;
use crate::payments_api::Receipt;

/// Where orders are kept: the seam for a durable store.
pub(crate) trait OrderBook: Send + Sync {
    /// Writes a new order down.
    fn open(&self, order: Order) -> impl Future<Output = Result<(), OrderError>> + Send;

    /// Writes down what an order costs.
    fn price(&self, id: OrderId, total: Cents) -> impl Future<Output = Result<(), OrderError>> + Send;

    /// Writes down how an order was paid.
    fn pay(&self, id: OrderId, receipt: Receipt) -> impl Future<Output = Result<(), OrderError>> + Send;

    /// Moves an order on, if its status lets it, and answers it as it then is; nothing where the status
    /// does not.
    fn advance(&self, id: OrderId, to: Status) -> impl Future<Output = Result<Option<Order>, OrderError>> + Send;

    /// One order.
    fn find(&self, id: OrderId) -> impl Future<Output = Result<Order, OrderError>> + Send;

    /// At most `limit` orders, oldest first, beginning behind `after`.
    fn page(&self, after: Option<OrderId>, limit: usize)
    -> impl Future<Output = Result<Vec<Order>, OrderError>> + Send;
}

/// The book in memory.
#[derive(Debug, Default)]
pub(crate) struct MemoryBook(Memory<BTreeMap<OrderId, Order>>);

impl MemoryBook {
    fn change<R>(&self, id: OrderId, step: impl FnOnce(&mut Order) -> R) -> Result<R, OrderError> {
        self.0.with(|orders| orders.get_mut(&id).map(step)).ok_or(OrderError::Unknown(id))
    }
}

impl OrderBook for MemoryBook {
    async fn open(&self, order: Order) -> Result<(), OrderError> {
        self.0.with(|orders| orders.insert(order.id, order));
        Ok(())
    }

    async fn price(&self, id: OrderId, total: Cents) -> Result<(), OrderError> {
        self.change(id, |order| order.total = total)
    }

    async fn pay(&self, id: OrderId, receipt: Receipt) -> Result<(), OrderError> {
        self.change(id, |order| order.receipt = Some(receipt))
    }

    async fn advance(&self, id: OrderId, to: Status) -> Result<Option<Order>, OrderError> {
        self.change(id, |order| {
            order.status.may_become(to).then(|| {
                order.status = to;
                order.clone()
            })
        })
    }

    async fn find(&self, id: OrderId) -> Result<Order, OrderError> {
        self.change(id, |order| order.clone())
    }

    async fn page(&self, after: Option<OrderId>, limit: usize) -> Result<Vec<Order>, OrderError> {
        let start = after.map_or(Bound::Unbounded, Bound::Excluded);
        Ok(self.0.with(|orders| {
            orders.range((start, Bound::Unbounded)).take(limit).map(|(_, order)| order.clone()).collect()
        }))
    }
}
