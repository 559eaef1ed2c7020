//! Why orders go wrong: what orders say themselves, and what other parts said.

use catga::prelude::*;
use serde::{Deserialize, Serialize};

use crate::inventory::StockError;
use crate::order::OrderId;
use crate::payments_api::PaymentError;
use crate::shipping::ShippingError;

/// Why an order is not placed, not cancelled or not found. What other parts said keeps its class and its code.
#[derive(Debug, thiserror::Error, Classify, Serialize, Deserialize)]
pub(crate) enum OrderError {
    /// Nobody placed it.
    #[error("there is no order {0}")]
    #[class(code = "order.unknown")]
    Unknown(OrderId),
    /// It was cancelled while it was being placed.
    #[error("order {0} was cancelled")]
    #[class(code = "order.cancelled")]
    Cancelled(OrderId),
    /// The shelves said no.
    #[error(transparent)]
    #[class(transparent)]
    Stock(#[from] StockError),
    /// The bank said no.
    #[error(transparent)]
    #[class(transparent)]
    Payment(#[from] PaymentError),
    /// The parcel has left.
    #[error(transparent)]
    #[class(transparent)]
    Shipping(#[from] ShippingError),
}
