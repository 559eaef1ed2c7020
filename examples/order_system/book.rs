//! The book of all orders, and of what is due for them.

use std::ops::Bound;

use catga::prelude::*;
use catga::store::{Direction, Table, Transaction};

use crate::order::{Due, Order, OrderId, Progress};
use crate::orders::OrderError;

const ORDERS: Table<u64, Order> = Table::new("orders");
const DUES: Table<u64, Due> = Table::new("dues");

type Booked<T> = Result<T, Error<OrderError>>;

/// Writes an order down, over what is there.
pub(crate) fn put(tx: &mut Transaction, order: &Order) -> Booked<()> {
    ORDERS.put(tx, &order.id.number(), order).map_err(Error::refused)
}

/// One order.
pub(crate) async fn find(tx: &mut Transaction, id: OrderId) -> Booked<Order> {
    let order = ORDERS.get(tx, &id.number()).await.map_err(Error::refused)?;
    order.ok_or(Error::Handler(OrderError::Unknown(id)))
}

/// Whether the id is an order's.
pub(crate) async fn has(tx: &mut Transaction, id: OrderId) -> Booked<bool> {
    Ok(ORDERS.get(tx, &id.number()).await.map_err(Error::refused)?.is_some())
}

/// One order, and what is due for it.
pub(crate) async fn progress(tx: &mut Transaction, id: OrderId) -> Booked<Progress> {
    let due = DUES.get(tx, &id.number()).await.map_err(Error::refused)?;
    Ok(Progress { order: find(tx, id).await?, due })
}

/// Writes down what is due for an order.
pub(crate) fn owe(tx: &mut Transaction, id: OrderId, due: Due) -> Booked<()> {
    DUES.put(tx, &id.number(), &due).map_err(Error::refused)
}

/// Nothing is due for an order.
pub(crate) fn clear(tx: &mut Transaction, id: OrderId) -> Booked<()> {
    DUES.delete(tx, &id.number()).map_err(Error::refused)
}

/// At most `limit` orders, oldest first, beginning behind `after`.
pub(crate) async fn page(tx: &mut Transaction, after: Option<OrderId>, limit: usize) -> Booked<Vec<Order>> {
    let start = after.map_or(Bound::Unbounded, |id| Bound::Excluded(id.number()));
    let rows = ORDERS.scan(tx, (start, Bound::Unbounded), Direction::Forward, limit).await;
    Ok(rows.map_err(Error::refused)?.into_iter().map(|(_, order)| order).collect())
}
