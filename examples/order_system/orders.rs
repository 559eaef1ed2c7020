//! Orders: placed, cancelled, found and listed. Placing one is the longest way through the shop, and
//! whatever it took is given back when it does not come to its end.

use catga::prelude::*;
use futures_util::{Stream, TryStreamExt as _, stream};
use serde::Deserialize;

use crate::book::OrderBook;
use crate::inventory::{Line, ReserveStock, ReturnStock, Sku, StockError};
use crate::money::Cents;
pub(crate) use crate::order::{Order, OrderId, Status};
use crate::payments_api::{Card, ChargeCard, PaymentError, VoidCharge};
use crate::shipping::{OrderShipped, RecallParcel, ShippingError};

/// Reserves the stock, charges the card, and answers the order.
#[command(reply = Order, error = OrderError, validate)]
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct PlaceOrder {
    pub(crate) customer: String,
    pub(crate) lines: Vec<Line>,
    #[serde(deserialize_with = "Card::from_client")]
    pub(crate) card: Card,
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
        checks.require("card", self.card.is_valid(), "must be 13 to 19 digits");
    }
}

/// Gives back what an order took, unless it was shipped, and answers the order as it then is.
#[command(reply = Order, error = OrderError, idempotent, trace(%order))]
pub(crate) struct CancelOrder {
    pub(crate) order: OrderId,
}

/// One order.
#[query(reply = Order, error = OrderError, trace(%order))]
#[derive(Clone)]
pub(crate) struct GetOrder {
    pub(crate) order: OrderId,
}

/// All orders, oldest first.
#[query(stream = Order, error = OrderError)]
pub(crate) struct ListOrders;

/// An order was charged and its stock reserved.
#[event]
pub(crate) struct OrderPlaced {
    pub(crate) order: OrderId,
    pub(crate) customer: String,
    pub(crate) total: Cents,
}

/// An order was cancelled, and everything given back.
#[event]
pub(crate) struct OrderCancelled {
    pub(crate) order: OrderId,
    pub(crate) customer: String,
}

/// Why an order is not placed, not cancelled or not found.
#[derive(Debug, thiserror::Error)]
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
    /// The store failed; nothing in memory does.
    #[error("the book of orders cannot be reached")]
    Store(#[from] Failure),
}

// By hand, as what other parts said keeps its class and its code.
impl Classify for OrderError {
    fn class(&self) -> Class {
        match self {
            Self::Unknown(_) | Self::Cancelled(_) => Class::Permanent,
            Self::Stock(error) => error.class(),
            Self::Payment(error) => error.class(),
            Self::Shipping(error) => error.class(),
            Self::Store(_) => Class::Unknown,
        }
    }

    fn code(&self) -> &'static str {
        match self {
            Self::Unknown(_) => "order.unknown",
            Self::Cancelled(_) => "order.cancelled",
            Self::Stock(error) => error.code(),
            Self::Payment(error) => error.code(),
            Self::Shipping(error) => error.code(),
            Self::Store(_) => "order.store",
        }
    }
}

/// Handles everything about orders.
#[derive(Default)]
pub(crate) struct Orders<B> {
    pub(crate) book: B,
}

/// How many orders a list reads from the book at a time.
const PAGE: usize = 64;

#[handler]
impl<B: OrderBook> Orders<B> {
    // No `Timeout` around it: cut off between two steps it would keep what it took. Each step has its
    // own limit.
    async fn place(
        &self,
        command: PlaceOrder,
        cx: &mut Context<
            impl Sends<ReserveStock> + Sends<ChargeCard> + Sends<VoidCharge> + Sends<ReturnStock> + Publishes<OrderPlaced>,
        >,
    ) -> Result<Order, Error<OrderError>> {
        // What the order takes is taken under its number, so one that another order might have will not do.
        let id = cx.message_id();
        if id.is_nil() {
            return Err(Error::Unavailable { retry_after: None });
        }
        let id = OrderId::from(id);
        let PlaceOrder { customer, lines, card } = command;
        let order =
            Order { id, customer, lines: lines.clone(), total: Cents(0), receipt: None, status: Status::Pending };
        self.book.open(order).await.map_err(Error::Handler)?;
        let placed = match self.take(id, lines, card, cx).await {
            Ok(()) => self.book.advance(id, Status::Placed).await.map_err(Error::Handler),
            Err(error) => Err(error),
        };
        match placed {
            Ok(Some(order)) => {
                let Order { customer, total, .. } = order.clone();
                if let Err(error) = cx.publish(OrderPlaced { order: id, customer, total }).await {
                    // The order stands, whoever failed to hear of it.
                    tracing::error!(order = %id, %error, "placed, and not everybody knows");
                }
                Ok(order)
            }
            Ok(None) => self.reject(id, Error::Handler(OrderError::Cancelled(id)), cx).await,
            Err(error) => self.reject(id, error, cx).await,
        }
    }

    async fn cancel(
        &self,
        command: CancelOrder,
        cx: &mut Context<impl Sends<RecallParcel> + Sends<VoidCharge> + Sends<ReturnStock> + Publishes<OrderCancelled>>,
    ) -> Result<Order, Error<OrderError>> {
        let id = command.order;
        self.book.find(id).await.map_err(Error::Handler)?;
        // The parcel first: once it is recalled nobody can ship it, and until then nothing is given back.
        cx.send(RecallParcel { order: id }).await.map_err(|error| error.map(OrderError::from))?;
        give_back(id, cx).await?;
        let cancelled = self.book.advance(id, Status::Cancelled).await.map_err(Error::Handler)?;
        let Some(order) = cancelled else {
            return self.book.find(id).await.map_err(Error::Handler);
        };
        if let Err(error) = cx.publish(OrderCancelled { order: id, customer: order.customer.clone() }).await {
            tracing::error!(order = %id, %error, "cancelled, and not everybody knows");
        }
        Ok(order)
    }

    async fn find(&self, query: GetOrder) -> Result<Order, OrderError> {
        self.book.find(query.order).await
    }

    fn list(&self, _query: ListOrders) -> impl Stream<Item = Result<Order, OrderError>> {
        stream::try_unfold(None, move |after| async move {
            let page = self.book.page(after, PAGE).await?;
            let last = page.last().map(|order| order.id);
            Ok::<_, OrderError>(last.map(|id| (stream::iter(page.into_iter().map(Ok)), Some(id))))
        })
        .try_flatten()
    }

    async fn on_shipped(&self, event: &OrderShipped) -> Result<(), OrderError> {
        self.book.advance(event.order, Status::Shipped).await.map(|_| ())
    }
}

impl<B: OrderBook> Orders<B> {
    /// Takes the stock and the money.
    async fn take(
        &self,
        id: OrderId,
        lines: Vec<Line>,
        card: Card,
        cx: &Context<impl Sends<ReserveStock> + Sends<ChargeCard>>,
    ) -> Result<(), Error<OrderError>> {
        let reserved = cx.send(ReserveStock { order: id, lines }).await;
        let total = reserved.map_err(|error| error.map(OrderError::from))?;
        self.book.price(id, total).await.map_err(Error::Handler)?;
        let charged = cx.send(ChargeCard { order: id, card, amount: total }).await;
        let receipt = charged.map_err(|error| error.map(OrderError::from))?;
        self.book.pay(id, receipt).await.map_err(Error::Handler)
    }

    /// Gives back what an order took, and hands its error on.
    async fn reject(
        &self,
        id: OrderId,
        error: Error<OrderError>,
        cx: &Context<impl Sends<VoidCharge> + Sends<ReturnStock>>,
    ) -> Result<Order, Error<OrderError>> {
        let undone = match give_back(id, cx).await {
            Ok(()) => self.book.advance(id, Status::Rejected).await.map(|_| ()).map_err(Error::Handler),
            failed => failed,
        };
        if let Err(undone) = undone {
            // It stays pending, so that a cancellation can give the rest back.
            tracing::error!(order = %id, error = %undone, "not placed, and not all given back");
        }
        Err(error)
    }
}

/// Gives back the money and the stock of an order, if it has any.
async fn give_back(
    id: OrderId,
    cx: &Context<impl Sends<VoidCharge> + Sends<ReturnStock>>,
) -> Result<(), Error<OrderError>> {
    cx.send(VoidCharge { order: id }).await.map_err(|error| error.map(OrderError::from))?;
    cx.send(ReturnStock { order: id }).await.map_err(|error| error.map(OrderError::from))
}
