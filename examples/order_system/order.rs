//! An order, and what may become of it.

use std::fmt;
use std::num::ParseIntError;
use std::str::FromStr;

use catga::id::Id;
use serde::{Deserialize, Serialize};

use crate::inventory::Line;
use crate::money::Cents;
use crate::payments_api::{ChargeKey, Receipt};
use crate::refusal::Refusal;

/// An order's number. In JSON it is a string, as it has more digits than a JavaScript number holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub(crate) struct OrderId(u64);

impl OrderId {
    /// What its rows are found by.
    pub(crate) const fn number(self) -> u64 {
        self.0
    }
}

impl From<Id> for OrderId {
    fn from(id: Id) -> Self {
        Self(id.get())
    }
}

impl From<OrderId> for String {
    fn from(id: OrderId) -> Self {
        id.to_string()
    }
}

impl TryFrom<String> for OrderId {
    type Error = ParseIntError;

    fn try_from(text: String) -> Result<Self, ParseIntError> {
        text.parse()
    }
}

impl FromStr for OrderId {
    type Err = ParseIntError;

    fn from_str(text: &str) -> Result<Self, ParseIntError> {
        text.parse().map(Self)
    }
}

impl fmt::Display for OrderId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// How far an order has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Status {
    /// Its stock is reserved, and it is not paid.
    Pending,
    /// Stock reserved, card charged.
    Placed,
    /// Not placed; nothing was taken, or it was given back.
    Rejected,
    /// Cancelled by the customer, or not paid in time; what was taken is given back.
    Cancelled,
    /// With the carrier.
    Shipped,
}

impl Status {
    /// Whether an order of this status may become one of the other.
    pub(crate) const fn may_become(self, next: Self) -> bool {
        matches!(
            (self, next),
            (Self::Pending, Self::Placed | Self::Rejected | Self::Cancelled)
                | (Self::Placed, Self::Shipped | Self::Cancelled)
        )
    }
}

/// An order as customers see it, and as it is stored.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Order {
    pub(crate) id: OrderId,
    pub(crate) customer: String,
    pub(crate) lines: Vec<Line>,
    /// What it costs; zero where nobody knows.
    #[serde(rename = "total_cents")]
    pub(crate) total: Cents,
    /// The bank is asked for the charge by this, and was not before it is written down.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) charge: Option<ChargeKey>,
    /// Of the charge, once there was one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) receipt: Option<Receipt>,
    pub(crate) status: Status,
    /// Why it was not placed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) refusal: Option<Refusal>,
}

/// What is to be done yet about the money of an order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Due {
    /// Somebody has to say a card, until the message of this id cancels the order.
    Card { expiry: u64 },
    /// Its card is to be charged.
    Charge,
    /// What was charged, if anything was, is to be given back.
    Refund {
        /// It was tried, and is tried again.
        stalled: bool,
    },
}

/// An order, and what is due.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Progress {
    pub(crate) order: Order,
    pub(crate) due: Option<Due>,
}

impl Progress {
    /// Whether there is nothing that a client should wait for.
    pub(crate) const fn is_over(&self) -> bool {
        !matches!(self.due, Some(Due::Charge | Due::Refund { stalled: false }))
    }
}
