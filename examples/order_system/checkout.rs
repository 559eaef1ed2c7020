//! The checkout, between the book and the bank. It runs in no transaction: a bank takes its time, and does not roll
//! back. Its messages come from the outbox until they are done, so whatever was begun comes to its end, whoever is
//! killed in between; and each step may be repeated.

use catga::prelude::*;
use serde::{Deserialize, Serialize};
use tokio::sync::broadcast;

use crate::order::{Due, OrderId, Progress};
use crate::orders::{CloseOrder, ConfirmOrder, GetOrder, OrderError, RefuseOrder, StallOrder};
use crate::payments_api::{Card, ChargeCard, VoidCharge};
use crate::refusal::Refusal;

/// Does what is due for an order: charges its card, or gives its money back.
#[command(error = OrderError, idempotent, key = order, trace(%order))]
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct SettleOrder {
    pub(crate) order: OrderId,
    pub(crate) card: Option<Card>,
}

/// Tells who waits for an order that there is news of it. What it tells is in the book, too.
#[derive(Clone, Debug)]
pub(crate) struct News(broadcast::Sender<OrderId>);

impl News {
    /// Nobody waits yet.
    pub(crate) fn new() -> Self {
        Self(broadcast::Sender::new(256))
    }

    /// From here on nothing is missed.
    pub(crate) fn listen(&self) -> broadcast::Receiver<OrderId> {
        self.0.subscribe()
    }

    fn tell(&self, order: OrderId) {
        // An error is that nobody waits.
        let _waiting = self.0.send(order);
    }
}

/// Handles what is between orders and payments.
pub(crate) struct Checkout {
    pub(crate) news: News,
}

#[handler]
impl Checkout {
    async fn settle(
        &self,
        command: SettleOrder,
        cx: &mut Context<
            impl Sends<GetOrder>
            + Sends<ChargeCard>
            + Sends<VoidCharge>
            + Sends<ConfirmOrder>
            + Sends<RefuseOrder>
            + Sends<StallOrder>
            + Sends<CloseOrder>,
        >,
    ) -> Result<(), Error<OrderError>> {
        let SettleOrder { order: id, card } = command;
        let Progress { order, due } = cx.send(GetOrder { order: id }).await?;
        match (due, card) {
            (Some(Due::Charge), Some(card)) => {
                match cx.send(ChargeCard { order: id, card, amount: order.total }).await {
                    Ok(receipt) => {
                        if cx.send(ConfirmOrder { order: id, receipt }).await? {
                            self.news.tell(id);
                            return Ok(());
                        }
                    }
                    // Whether it was charged or not: from now on it is not placed, and what was taken goes back.
                    Err(error) => cx.send(RefuseOrder { order: id, refusal: Refusal::from(&error) }).await?,
                }
            }
            (Some(Due::Refund { .. }), _) => {}
            // It was settled, and this is its message once more.
            _ => return Ok(()),
        }
        let voided = cx.send(VoidCharge { order: id }).await;
        match &voided {
            Ok(()) => cx.send(CloseOrder { order: id }).await?,
            // Nobody waits for what may take long; the outbox tries again until it is done.
            Err(_) => cx.send(StallOrder { order: id }).await?,
        }
        self.news.tell(id);
        voided.map_err(|error| error.map(OrderError::from))
    }
}
