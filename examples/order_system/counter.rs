//! The counter, where orders are placed: all that placing one changes is one transaction.

use std::time::Duration;

use catga::prelude::*;
use serde::{Deserialize, Serialize};

use crate::book;
use crate::checkout::SettleOrder;
use crate::inventory::{Line, Sku};
use crate::money::Cents;
use crate::order::{Due, Order, OrderId, Status};
use crate::orders::{ExpireOrder, OrderError};
use crate::payments_api::Card;
use crate::refusal::{Kind, Refusal};
use crate::shelves;
use crate::store::Main;

/// Reserves the stock, and answers the order as it is then: pending. With a card it is charged; without, it is
/// cancelled if nobody pays it in time.
#[command(reply = Order, error = OrderError, validate)]
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct PlaceOrder {
    pub(crate) customer: String,
    pub(crate) lines: Vec<Line>,
    #[serde(default, deserialize_with = "Card::from_client")]
    pub(crate) card: Option<Card>,
}

impl Valid for PlaceOrder {
    fn check(&self, checks: &mut Checks) {
        let address = self.customer.split_once('@').is_some_and(|(name, host)| !name.is_empty() && !host.is_empty());
        checks.require("customer", address && self.customer.len() <= 254, "must be a mail address");
        checks.require("lines", !self.lines.is_empty(), "must not be empty");
        checks.require("lines", self.lines.len() <= 100, "must be at most 100");
        for (i, line) in self.lines.iter().enumerate().take(100) {
            checks.within(("lines", i), |checks| {
                checks.require("sku", line.sku.is_valid(), Sku::RULE);
                checks.require("quantity", (1..=1_000).contains(&line.quantity), "must be 1 to 1000");
            });
        }
        checks.require("card", self.card.as_ref().is_none_or(Card::is_valid), Card::RULE);
    }
}

/// Handles what customers order.
pub(crate) struct Counter {
    /// How long an order waits for its card.
    pub(crate) unpaid_after: Duration,
}

/// Errors with which an order is written down nevertheless, as rejected.
pub(crate) const WRITTEN_DOWN: &[&str] = &["stock.out_of_stock", "stock.unknown_sku"];

#[handler]
impl Counter {
    async fn place(
        &self,
        command: PlaceOrder,
        cx: &mut Context<impl Within<Main> + Enqueues<SettleOrder> + Enqueues<ExpireOrder>>,
    ) -> Result<Order, Error<OrderError>> {
        let id = OrderId::from(cx.message_id());
        if cx.message_id().is_nil() || book::has(cx.tx(), id).await? {
            // What the order takes is taken under its number, so one that another order has will not do.
            return Err(Error::Unavailable { retry_after: None });
        }
        let PlaceOrder { customer, lines, card } = command;
        let status = Status::Pending;
        let total = Cents(0);
        let mut order = Order { id, customer, lines, total, charge: None, receipt: None, status, refusal: None };
        match shelves::reserve(cx.tx(), id, &order.lines).await {
            Ok(total) => order.total = total,
            Err(error) => {
                order.status = Status::Rejected;
                order.refusal = Some(Refusal::of(Kind::Stock, &error));
                book::put(cx.tx(), &order)?;
                return Err(error.map(OrderError::from));
            }
        }
        let due = if card.is_some() {
            cx.enqueue(SettleOrder { order: id, card }).await.map_err(Error::Refused)?;
            Due::Charge
        } else {
            let expiry = cx.enqueue_after(ExpireOrder { order: id }, self.unpaid_after).await;
            Due::Card { expiry: expiry.map_err(Error::Refused)?.get() }
        };
        book::owe(cx.tx(), id, due)?;
        book::put(cx.tx(), &order)?;
        Ok(order)
    }
}
