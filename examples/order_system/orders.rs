//! Orders, once they are placed: paid, cancelled, expired, found and listed. Each command is one transaction.

use catga::delivery::SCHEDULE;
use catga::prelude::*;
use catga::store::{ErrorKind, Transaction};
use futures_util::{Stream, TryStreamExt as _, stream};
use serde::{Deserialize, Serialize};

use crate::book;
use crate::checkout::{CHARGE, SettleOrder};
use crate::money::Cents;
use crate::order::{Due, Order, OrderId, Progress, Status};
pub(crate) use crate::order_error::OrderError;
use crate::payments_api::{Card, Receipt};
use crate::refusal::Refusal;
use crate::shelves;
use crate::shipping::OrderShipped;
use crate::store::{Db, Main};
use crate::warehouse;

/// Says the card of an order that has none, and answers the order as it is then. One that has a card, or is cancelled,
/// stays as it is.
#[command(reply = Order, error = OrderError, validate, idempotent, key = order, trace(%order))]
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct PayOrder {
    pub(crate) order: OrderId,
    pub(crate) card: Card,
}

impl Valid for PayOrder {
    fn check(&self, checks: &mut Checks) {
        checks.require("card", self.card.is_valid(), Card::RULE);
    }
}

/// Gives back what an order took, unless it was shipped, and answers the order as it then is.
#[command(reply = Order, error = OrderError, idempotent, key = order, trace(%order))]
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct CancelOrder {
    pub(crate) order: OrderId,
}

/// The time is up in which an order could be paid.
#[command(error = OrderError, idempotent, key = order, trace(%order))]
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct ExpireOrder {
    pub(crate) order: OrderId,
}

/// Writes down by which key an order is charged, before the bank hears of it, where it is to be charged; answers the
/// order as it is then.
#[command(reply = Progress, error = OrderError, idempotent, key = order, trace(%order))]
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct BeginCharge {
    pub(crate) order: OrderId,
}

/// An order was charged. Answers whether it stands: it may have been cancelled meanwhile.
#[command(reply = bool, error = OrderError, idempotent, key = order, trace(%order))]
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct ConfirmOrder {
    pub(crate) order: OrderId,
    pub(crate) receipt: Receipt,
}

/// An order cannot be charged, for this reason. From here on it is never placed, and its money goes back.
#[command(error = OrderError, idempotent, key = order, trace(%order))]
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct RefuseOrder {
    pub(crate) order: OrderId,
    pub(crate) refusal: Refusal,
}

/// The money of an order could not be given back yet.
#[command(error = OrderError, idempotent, key = order, trace(%order))]
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct StallOrder {
    pub(crate) order: OrderId,
}

/// The money of an order was given back.
#[command(error = OrderError, idempotent, key = order, trace(%order))]
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct CloseOrder {
    pub(crate) order: OrderId,
}

/// One order, and what is due for it.
#[query(reply = Progress, error = OrderError, trace(%order))]
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct GetOrder {
    pub(crate) order: OrderId,
}

/// All orders, oldest first.
#[query(stream = Order, error = OrderError)]
#[derive(Serialize, Deserialize)]
pub(crate) struct ListOrders;

/// An order was charged and its stock reserved.
#[event(key = order)]
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct OrderPlaced {
    pub(crate) order: OrderId,
    pub(crate) customer: String,
    pub(crate) total: Cents,
}

/// An order was cancelled, or not paid in time.
#[event(key = order)]
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct OrderCancelled {
    pub(crate) order: OrderId,
    pub(crate) customer: String,
}

/// Handles everything about orders.
pub(crate) struct Orders {
    pub(crate) db: Db,
}

type Done<T> = Result<T, Error<OrderError>>;

/// How many orders a list reads from the book at a time.
const PAGE: usize = 64;

#[handler]
impl Orders {
    async fn pay(
        &self,
        command: PayOrder,
        cx: &mut Context<impl Within<Main> + Enqueues<SettleOrder>>,
    ) -> Result<Order, Error<OrderError>> {
        let id = command.order;
        let Progress { order, due } = book::progress(cx.tx(), id).await?;
        // Paid already, or cancelled: the order says which.
        let Some(Due::Card { expiry }) = due else { return Ok(order) };
        unschedule(cx.tx(), expiry)?;
        book::owe(cx.tx(), id, Due::Charge)?;
        cx.enqueue(SettleOrder { order: id, card: Some(command.card) }).await.map_err(Error::Refused)?;
        Ok(order)
    }

    async fn cancel(
        &self,
        command: CancelOrder,
        cx: &mut Context<impl Within<Main> + Enqueues<SettleOrder> + Publishes<OrderCancelled>>,
    ) -> Result<Order, Error<OrderError>> {
        let id = command.order;
        let Progress { order, due } = book::progress(cx.tx(), id).await?;
        warehouse::recall(cx.tx(), id).await.map_err(|error| error.map(OrderError::from))?;
        if !order.status.may_become(Status::Cancelled) {
            return Ok(order);
        }
        if let Some(Due::Card { expiry }) = due {
            unschedule(cx.tx(), expiry)?;
            book::clear(cx.tx(), id)?;
        } else {
            book::owe(cx.tx(), id, Due::Refund { stalled: false })?;
            cx.enqueue(SettleOrder { order: id, card: None }).await.map_err(Error::Refused)?;
        }
        call_off(order, cx).await
    }

    async fn expire(
        &self,
        command: ExpireOrder,
        cx: &mut Context<impl Within<Main> + Publishes<OrderCancelled>>,
    ) -> Result<(), Error<OrderError>> {
        let Progress { mut order, due } = book::progress(cx.tx(), command.order).await?;
        if let Some(Due::Card { .. }) = due {
            book::clear(cx.tx(), order.id)?;
            order.refusal = Some(Refusal::unpaid());
            call_off(order, cx).await?;
        }
        Ok(())
    }

    async fn begin(&self, command: BeginCharge, cx: &mut Context<impl Within<Main>>) -> Done<Progress> {
        let mut progress = book::progress(cx.tx(), command.order).await?;
        if progress.due == Some(Due::Charge) && progress.order.charge.is_none() {
            let key = cx.effect_key(CHARGE.name()).map_err(Error::Refused)?;
            progress.order.charge = Some(key.into());
            book::put(cx.tx(), &progress.order)?;
        }
        Ok(progress)
    }

    async fn confirm(
        &self,
        command: ConfirmOrder,
        cx: &mut Context<impl Within<Main> + Publishes<OrderPlaced>>,
    ) -> Result<bool, Error<OrderError>> {
        let Progress { mut order, due } = book::progress(cx.tx(), command.order).await?;
        if due != Some(Due::Charge) {
            return Ok(matches!(order.status, Status::Placed | Status::Shipped));
        }
        book::clear(cx.tx(), order.id)?;
        order.status = Status::Placed;
        order.receipt = Some(command.receipt);
        book::put(cx.tx(), &order)?;
        let Order { id, customer, total, .. } = order;
        cx.publish(OrderPlaced { order: id, customer, total }).await.map_err(Error::refused)?;
        Ok(true)
    }

    async fn refuse(&self, command: RefuseOrder, cx: &mut Context<impl Within<Main>>) -> Done<()> {
        let Progress { mut order, due } = book::progress(cx.tx(), command.order).await?;
        if due == Some(Due::Charge) {
            order.refusal = Some(command.refusal);
            book::put(cx.tx(), &order)?;
            book::owe(cx.tx(), order.id, Due::Refund { stalled: false })?;
        }
        Ok(())
    }

    async fn stall(&self, command: StallOrder, cx: &mut Context<impl Within<Main>>) -> Done<()> {
        let Progress { order, due } = book::progress(cx.tx(), command.order).await?;
        match due {
            Some(Due::Refund { .. }) => book::owe(cx.tx(), order.id, Due::Refund { stalled: true }),
            _ => Ok(()),
        }
    }

    async fn close(&self, command: CloseOrder, cx: &mut Context<impl Within<Main>>) -> Done<()> {
        let Progress { mut order, due } = book::progress(cx.tx(), command.order).await?;
        if let Some(Due::Refund { .. }) = due {
            book::clear(cx.tx(), order.id)?;
            if order.status.may_become(Status::Rejected) {
                shelves::put_back(cx.tx(), order.id).await.map_err(|error| error.map(OrderError::from))?;
                order.status = Status::Rejected;
                book::put(cx.tx(), &order)?;
            }
        }
        Ok(())
    }

    async fn on_shipped(&self, event: &OrderShipped, cx: &mut Context<impl Within<Main>>) -> Done<()> {
        let mut order = book::find(cx.tx(), event.order).await?;
        if order.status.may_become(Status::Shipped) {
            order.status = Status::Shipped;
            book::put(cx.tx(), &order)?;
        }
        Ok(())
    }

    async fn find(&self, query: GetOrder) -> Done<Progress> {
        book::progress(&mut self.db.begin().map_err(Error::refused)?, query.order).await
    }

    fn list(&self, _query: ListOrders) -> impl Stream<Item = Result<Order, Error<OrderError>>> {
        stream::try_unfold(None, move |after| async move {
            let page = book::page(&mut self.db.begin().map_err(Error::refused)?, after, PAGE).await?;
            let last = page.last().map(|order| order.id);
            Ok::<_, Error<OrderError>>(last.map(|id| (stream::iter(page.into_iter().map(Ok)), Some(id))))
        })
        .try_flatten()
    }
}

/// Puts the stock of an order back, and tells that it is cancelled.
async fn call_off(
    mut order: Order,
    cx: &mut Context<impl Within<Main> + Publishes<OrderCancelled>>,
) -> Result<Order, Error<OrderError>> {
    shelves::put_back(cx.tx(), order.id).await.map_err(|error| error.map(OrderError::from))?;
    order.status = Status::Cancelled;
    book::put(cx.tx(), &order)?;
    let told = OrderCancelled { order: order.id, customer: order.customer.clone() };
    cx.publish(told).await.map_err(Error::refused)?;
    Ok(order)
}

/// Takes an order's expiry from the schedule; one that was sent just now finds nothing to do.
fn unschedule(tx: &mut Transaction, expiry: u64) -> Result<(), Error<OrderError>> {
    match SCHEDULE.cancel(tx, expiry) {
        Err(error) if error.kind() != ErrorKind::Missing => Err(Error::refused(error)),
        _ => Ok(()),
    }
}
