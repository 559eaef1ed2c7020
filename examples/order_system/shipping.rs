//! Parcels: packed when an order is placed, dispatched by the warehouse, recalled by a cancellation. A
//! parcel is dispatched or recalled, never both.

use std::collections::HashMap;
use std::mem;

use catga::prelude::*;
use serde::Serialize;

use crate::memory::Memory;
use crate::orders::{OrderId, OrderPlaced};

/// The carrier's number of a parcel.
#[derive(Clone, Debug, Serialize)]
#[serde(transparent)]
pub(crate) struct Tracking(pub(crate) String);

/// Hands an order's parcel to the carrier.
#[command(reply = Tracking, error = ShippingError, idempotent, trace(%order))]
pub(crate) struct DispatchParcel {
    pub(crate) order: OrderId,
}

/// Keeps an order's parcel from being dispatched, packed or not.
#[command(error = ShippingError, idempotent, trace(%order))]
pub(crate) struct RecallParcel {
    pub(crate) order: OrderId,
}

/// A parcel is on its way.
#[event]
pub(crate) struct OrderShipped {
    pub(crate) order: OrderId,
    pub(crate) customer: String,
    pub(crate) tracking: Tracking,
}

/// Why a parcel stays where it is, or cannot be brought back.
#[derive(Debug, thiserror::Error, Classify)]
pub(crate) enum ShippingError {
    /// Nothing was packed for the order.
    #[error("there is no parcel for order {0}")]
    #[class(code = "shipping.no_parcel")]
    NoParcel(OrderId),
    /// It has left the warehouse.
    #[error("the parcel of order {0} is on its way")]
    #[class(code = "shipping.dispatched")]
    Dispatched(OrderId),
    /// The order was cancelled.
    #[error("the parcel of order {0} was recalled")]
    #[class(code = "shipping.recalled")]
    Recalled(OrderId),
    /// The store failed; nothing in memory does.
    #[error("the warehouse cannot be reached")]
    #[class(unknown, code = "shipping.store")]
    Store(#[from] Failure),
}

/// Where parcels are kept: the seam for a durable store.
pub(crate) trait Warehouse: Send + Sync {
    /// Packs a parcel, unless one is there or was recalled.
    fn pack(&self, order: OrderId, customer: &str) -> impl Future<Output = Result<(), ShippingError>> + Send;

    /// Dispatches a packed parcel, and answers whom it is for; nobody where it is on its way already.
    fn dispatch(&self, order: OrderId) -> impl Future<Output = Result<Option<String>, ShippingError>> + Send;

    /// Recalls a parcel that is packed, or will be.
    fn recall(&self, order: OrderId) -> impl Future<Output = Result<(), ShippingError>> + Send;
}

/// Handles everything about parcels.
#[derive(Default)]
pub(crate) struct Shipping<W> {
    pub(crate) warehouse: W,
}

#[handler]
impl<W: Warehouse> Shipping<W> {
    async fn on_placed(&self, event: &OrderPlaced) -> Result<(), ShippingError> {
        self.warehouse.pack(event.order, &event.customer).await
    }

    async fn dispatch(
        &self,
        command: DispatchParcel,
        cx: &mut Context<impl Publishes<OrderShipped>>,
    ) -> Result<Tracking, ShippingError> {
        let order = command.order;
        let tracking = Tracking(format!("CT{order}"));
        if let Some(customer) = self.warehouse.dispatch(order).await?
            && let Err(error) = cx.publish(OrderShipped { order, customer, tracking: tracking.clone() }).await
        {
            // The parcel is gone, whoever failed to hear of it.
            tracing::error!(%order, %error, "shipped, and not everybody knows");
        }
        Ok(tracking)
    }

    async fn recall(&self, command: RecallParcel) -> Result<(), ShippingError> {
        self.warehouse.recall(command.order).await
    }
}

/// The warehouse in memory.
#[derive(Debug, Default)]
pub(crate) struct MemoryWarehouse(Memory<HashMap<OrderId, Parcel>>);

#[derive(Debug)]
enum Parcel {
    Packed { customer: String },
    Dispatched,
    Recalled,
}

impl Warehouse for MemoryWarehouse {
    async fn pack(&self, order: OrderId, customer: &str) -> Result<(), ShippingError> {
        self.0.with(|parcels| {
            parcels.entry(order).or_insert_with(|| Parcel::Packed { customer: customer.to_owned() });
        });
        Ok(())
    }

    async fn dispatch(&self, order: OrderId) -> Result<Option<String>, ShippingError> {
        self.0.with(|parcels| {
            let parcel = parcels.get_mut(&order).ok_or(ShippingError::NoParcel(order))?;
            match mem::replace(parcel, Parcel::Dispatched) {
                Parcel::Packed { customer } => Ok(Some(customer)),
                Parcel::Dispatched => Ok(None),
                Parcel::Recalled => {
                    *parcel = Parcel::Recalled;
                    Err(ShippingError::Recalled(order))
                }
            }
        })
    }

    async fn recall(&self, order: OrderId) -> Result<(), ShippingError> {
        self.0.with(|parcels| match parcels.get(&order) {
            Some(Parcel::Dispatched) => Err(ShippingError::Dispatched(order)),
            _ => {
                parcels.insert(order, Parcel::Recalled);
                Ok(())
            }
        })
    }
}
