//! What payments are asked, and what they answer: all that orders know of them, in one process or in two.
//!
//! A charge carries the key of its effect, so repeating it charges once, and voiding it holds even against a charge that
//! arrives later. So an order whose charge has failed, in whatever way, is voided until that is done; and a charge
//! whose answer was lost with the process that asked is asked for again.

use std::fmt;

use catga::delivery::EffectKey;
use catga::prelude::*;
use serde::{Deserialize, Deserializer, Serialize};

use crate::money::Cents;
use crate::order::OrderId;

/// Everything that payments handle, for those who serve it and for those who call it from elsewhere.
#[contract(endpoint = "payments")]
pub(crate) struct PaymentsApi(ChargeCard, VoidCharge, Takings);

/// Charges a card for an order.
#[command(reply = Receipt, error = PaymentError, idempotent, trace(%order, %amount, ?card))]
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct ChargeCard {
    pub(crate) order: OrderId,
    pub(crate) charge: ChargeKey,
    pub(crate) card: Card,
    pub(crate) amount: Cents,
}

/// Gives back what was charged by a key, if it was, and refuses to charge by it from now on.
#[command(error = PaymentError, idempotent, trace(%order))]
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct VoidCharge {
    pub(crate) order: OrderId,
    pub(crate) charge: ChargeKey,
}

/// What was charged and not given back, over all orders.
#[query(reply = Cents, error = PaymentError)]
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct Takings;

/// What the bank tells one charge from another by: the key of the effect, the same for every attempt at it, in whichever
/// process, and for no other charge of any shop.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub(crate) struct ChargeKey(String);

impl ChargeKey {
    /// The key as the bank is told it.
    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }
}

impl From<EffectKey> for ChargeKey {
    fn from(key: EffectKey) -> Self {
        Self(key.to_string())
    }
}

/// The bank's name of a charge.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub(crate) struct Receipt(pub(crate) String);

/// Why a payment failed.
#[derive(Debug, thiserror::Error, Classify, Serialize, Deserialize)]
pub(crate) enum PaymentError {
    /// The bank said no.
    #[error("the card was declined")]
    #[class(code = "payment.declined")]
    Declined,
    /// The gateway has no time for us now.
    #[error("the payment gateway is busy")]
    #[class(transient, code = "payment.busy")]
    Busy,
    /// The gateway is not there; it was told nothing.
    #[error("the payment gateway cannot be reached")]
    #[class(transient, code = "payment.unreachable")]
    Unreachable,
    /// The gateway was told, and its answer did not come.
    #[error("the payment gateway broke off, and nobody knows whether it did what it was asked")]
    #[class(unknown, code = "payment.no_answer")]
    NoAnswer,
    /// The order was cancelled before it was charged.
    #[error("the payment was voided")]
    #[class(code = "payment.voided")]
    Voided,
}

/// A card's number. It is read from a request, waits in the outbox until its order is settled, travels to payments,
/// and is shown to the gateway; `Debug` hides it, and nothing else writes it out again. (A shop of the real world
/// has the gateway's page make a token of it, and never sees the number.)
#[derive(Clone, Serialize, Deserialize)]
#[serde(transparent)]
pub(crate) struct Card(String);

impl Card {
    /// Whether it can be one.
    pub(crate) fn is_valid(&self) -> bool {
        (13..=19).contains(&self.0.len()) && self.0.bytes().all(|byte| byte.is_ascii_digit())
    }

    /// The rule that [`is_valid`](Self::is_valid) checks.
    pub(crate) const RULE: &str = "must be 13 to 19 digits";

    /// The number, for the gateway.
    pub(crate) fn reveal(&self) -> &str {
        &self.0
    }

    /// Reads one from JSON, if it is there, by way of any value: serde's own message about a wrong type would quote
    /// the number.
    pub(crate) fn from_client<'de, D: Deserializer<'de>>(json: D) -> Result<Option<Self>, D::Error> {
        match serde_json::Value::deserialize(json)? {
            serde_json::Value::Null => Ok(None),
            serde_json::Value::String(number) => Ok(Some(Self(number))),
            _ => Err(serde::de::Error::custom("a card's number is a string of digits")),
        }
    }
}

impl fmt::Debug for Card {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Card(..)")
    }
}
