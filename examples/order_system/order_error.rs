//! Why orders go wrong: what orders say themselves, and what other parts said.

use catga::prelude::*;
use serde::{Deserialize, Serialize};

use crate::inventory::StockError;
use crate::order::OrderId;
use crate::payments_api::PaymentError;
use crate::shipping::ShippingError;

/// Why an order is not placed, not cancelled or not found.
#[derive(Debug, thiserror::Error, Serialize, Deserialize)]
pub(crate) enum OrderError {
    /// Nobody placed it.
    #[error("there is no order {0}")]
    Unknown(OrderId),
    /// It was cancelled while it was being placed.
    #[error("order {0} was cancelled")]
    Cancelled(OrderId),
    /// The shelves said no.
    #[error(transparent)]
    Stock(#[from] StockError),
    /// The bank said no.
    #[error(transparent)]
    Payment(#[from] PaymentError),
    /// The parcel has left.
    #[error(transparent)]
    Shipping(#[from] ShippingError),
}

// By hand, as what other parts said keeps its class and its code.
impl Classify for OrderError {
    fn class(&self) -> Class {
        match self {
            Self::Unknown(_) | Self::Cancelled(_) => Class::Permanent,
            Self::Stock(error) => error.class(),
            Self::Payment(error) => error.class(),
            Self::Shipping(error) => error.class(),
        }
    }

    fn code(&self) -> &'static str {
        match self {
            Self::Unknown(_) => "order.unknown",
            Self::Cancelled(_) => "order.cancelled",
            Self::Stock(error) => error.code(),
            Self::Payment(error) => error.code(),
            Self::Shipping(error) => error.code(),
        }
    }
}
