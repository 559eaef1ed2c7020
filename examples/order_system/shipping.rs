//! Parcels: packed when an order is placed, dispatched by the warehouse, recalled by a cancellation. A
//! parcel is dispatched or recalled, never both.

use catga::prelude::*;
use serde::{Deserialize, Serialize};

use crate::order::OrderId;
use crate::orders::OrderPlaced;
use crate::store::Main;
use crate::warehouse;

/// The carrier's number of a parcel.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(transparent)]
pub(crate) struct Tracking(pub(crate) String);

/// Hands an order's parcel to the carrier.
#[command(reply = Tracking, error = ShippingError, idempotent, key = order, trace(%order))]
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct DispatchParcel {
    pub(crate) order: OrderId,
}

/// A parcel is on its way.
#[event(key = order)]
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct OrderShipped {
    pub(crate) order: OrderId,
    pub(crate) customer: String,
    pub(crate) tracking: Tracking,
}

/// Why a parcel stays where it is, or cannot be brought back.
#[derive(Debug, thiserror::Error, Classify, Serialize, Deserialize)]
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
}

/// Handles everything about parcels.
pub(crate) struct Shipping;

#[handler]
impl Shipping {
    async fn on_placed(
        &self,
        event: &OrderPlaced,
        cx: &mut Context<impl Within<Main>>,
    ) -> Result<(), Error<ShippingError>> {
        warehouse::pack(cx.tx(), event.order, &event.customer).await
    }

    async fn dispatch(
        &self,
        command: DispatchParcel,
        cx: &mut Context<impl Within<Main> + Publishes<OrderShipped>>,
    ) -> Result<Tracking, Error<ShippingError>> {
        let order = command.order;
        let tracking = Tracking(format!("CT{order}"));
        if let Some(customer) = warehouse::dispatch(cx.tx(), order).await? {
            let shipped = OrderShipped { order, customer, tracking: tracking.clone() };
            cx.publish(shipped).await.map_err(Error::refused)?;
        }
        Ok(tracking)
    }
}
