//! An order, and what may become of it.

use std::fmt;
use std::num::ParseIntError;
use std::str::FromStr;

use catga::id::Id;
use serde::{Deserialize, Serialize};

use crate::inventory::Line;
use crate::money::Cents;
use crate::payments_api::Receipt;

/// An order's number. In JSON it is a string, as it has more digits than a JavaScript number holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub(crate) struct OrderId(u64);

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
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Status {
    /// Being worked on, or left behind in the middle: a cancellation gives back what it took.
    Pending,
    /// Stock reserved, card charged.
    Placed,
    /// Not placed; nothing was taken, or it was given back.
    Rejected,
    /// Cancelled by the customer; stock and money were given back.
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

/// An order as customers see it.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Order {
    pub(crate) id: OrderId,
    pub(crate) customer: String,
    pub(crate) lines: Vec<Line>,
    /// What was charged; zero until it is known.
    #[serde(rename = "total_cents")]
    pub(crate) total: Cents,
    /// Of the charge, once there was one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) receipt: Option<Receipt>,
    pub(crate) status: Status,
}
