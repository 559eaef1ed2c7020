//! Taking money and giving it back. A charge carries its order's id, so repeating it charges once, and
//! voiding it holds even against a charge that arrives later.

use std::fmt;
use std::ops::Add;
use std::time::Duration;

use catga::prelude::*;
use serde::{Deserialize, Serialize};

use crate::orders::OrderId;

/// An amount of money, in hundredths.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub(crate) struct Cents(pub(crate) u64);

impl Cents {
    /// The price of so many.
    pub(crate) const fn times(self, count: u64) -> Self {
        Self(self.0 * count)
    }
}

impl Add for Cents {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self(self.0 + other.0)
    }
}

impl fmt::Display for Cents {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{:02}", self.0 / 100, self.0 % 100)
    }
}

/// A card's number. It is read from a request and shown to the gateway; `Debug` hides it, and nothing
/// writes it out again.
#[derive(Clone, Deserialize)]
#[serde(try_from = "serde_json::Value")]
pub(crate) struct Card(String);

impl Card {
    /// Whether it can be one.
    pub(crate) fn is_valid(&self) -> bool {
        (13..=19).contains(&self.0.len()) && self.0.bytes().all(|byte| byte.is_ascii_digit())
    }

    /// The number, for the gateway.
    pub(crate) fn reveal(&self) -> &str {
        &self.0
    }
}

/// By way of any JSON value: serde's own message about a wrong type would quote the number.
impl TryFrom<serde_json::Value> for Card {
    type Error = &'static str;

    fn try_from(value: serde_json::Value) -> Result<Self, Self::Error> {
        match value {
            serde_json::Value::String(number) => Ok(Self(number)),
            _ => Err("a card's number is a string of digits"),
        }
    }
}

impl fmt::Debug for Card {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Card(..)")
    }
}

/// Charges a card for an order.
#[command(error = PaymentError, idempotent, trace(%order, %amount, ?card))]
#[derive(Clone)]
pub(crate) struct ChargeCard {
    pub(crate) order: OrderId,
    pub(crate) card: Card,
    pub(crate) amount: Cents,
}

/// Gives back what an order was charged, if it was, and refuses to charge it from now on.
#[command(error = PaymentError, idempotent, trace(%order))]
#[derive(Clone)]
pub(crate) struct VoidCharge {
    pub(crate) order: OrderId,
}

/// What was charged and not given back, over all orders.
#[query(reply = Cents, error = PaymentError)]
#[derive(Clone)]
pub(crate) struct Takings;

/// Why a payment failed.
#[derive(Debug, thiserror::Error, Classify)]
pub(crate) enum PaymentError {
    /// The bank said no.
    #[error("the card was declined")]
    #[class(code = "payment.declined")]
    Declined,
    /// The gateway has no time for us now.
    #[error("the payment gateway is busy")]
    #[class(transient, code = "payment.busy")]
    Busy,
    /// The order was cancelled before it was charged.
    #[error("the payment was voided")]
    #[class(code = "payment.voided")]
    Voided,
}

/// The bank: the seam for a real payment gateway.
pub(crate) trait Gateway: Send + Sync {
    /// Takes the amount once for an order, however often it is called.
    fn charge(
        &self,
        order: OrderId,
        card: &Card,
        amount: Cents,
    ) -> impl Future<Output = Result<(), PaymentError>> + Send;

    /// Gives the order's amount back, and refuses its later charges.
    fn void(&self, order: OrderId) -> impl Future<Output = Result<(), PaymentError>> + Send;

    /// All that was taken and not given back.
    fn takings(&self) -> impl Future<Output = Result<Cents, PaymentError>> + Send;
}

/// Handles everything about money.
pub(crate) struct Payments<G> {
    gateway: G,
    breaker: CircuitBreaker,
}

impl<G: Gateway> Payments<G> {
    /// Over this gateway; after five failures in a row it is left alone for ten seconds.
    pub(crate) const fn over(gateway: G) -> Self {
        Self { gateway, breaker: CircuitBreaker::new(5, Duration::from_secs(10)) }
    }
}

#[handler]
impl<G: Gateway> Payments<G> {
    // One attempt has half a second, all of them two: a wait that would not fit is not begun.
    #[pipeline(Timeout::secs(2), Retry::times(2), self.breaker, Timeout::millis(500))]
    async fn charge(&self, command: ChargeCard) -> Result<(), PaymentError> {
        self.gateway.charge(command.order, &command.card, command.amount).await
    }

    // Not behind the breaker: giving money back is tried even while charges are held off.
    #[pipeline(Timeout::secs(2), Retry::times(4), Timeout::millis(500))]
    async fn void(&self, command: VoidCharge) -> Result<(), PaymentError> {
        self.gateway.void(command.order).await
    }

    async fn takings(&self, _query: Takings) -> Result<Cents, PaymentError> {
        self.gateway.takings().await
    }
}
