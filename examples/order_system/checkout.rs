//! The checkout, between the book and the bank. It runs in no transaction: a bank takes its time, and does not roll
//! back. Its messages come from the outbox until they are done, so whatever was begun comes to its end, whoever is
//! killed in between; and each step may be repeated.

use catga::delivery::Effect;
use catga::prelude::*;
use catga::store::{EffectId, ErrorKind};
use serde::{Deserialize, Serialize};
use tokio::sync::broadcast;

use crate::money::Cents;
use crate::order::{Due, OrderId, Progress};
use crate::orders::{BeginCharge, CloseOrder, ConfirmOrder, OrderError, RefuseOrder, StallOrder};
use crate::patience::Patience;
use crate::payments_api::{Card, ChargeCard, Receipt, VoidCharge};
use crate::refusal::Refusal;
use crate::store::Db;

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

/// The charge of a card, as the shop's store knows it. A bank charges once for a key: what was sent, and was not
/// answered, as the shop or its payments were killed, is sent again by the next attempt, with the same key. Whoever has
/// an answer does not ask.
pub(crate) const CHARGE: Effect<Cents, Receipt> = Effect::new("card.charge").retry();

/// Handles what is between orders and payments.
pub(crate) struct Checkout {
    pub(crate) db: Db,
    pub(crate) news: News,
    /// How long who asks what becomes of an order waits.
    pub(crate) patience: Patience,
}

#[handler]
impl Checkout {
    async fn settle(
        &self,
        command: SettleOrder,
        cx: &mut Context<
            impl Sends<BeginCharge>
            + Sends<ChargeCard>
            + Sends<VoidCharge>
            + Sends<ConfirmOrder>
            + Sends<RefuseOrder>
            + Sends<StallOrder>
            + Sends<CloseOrder>,
        >,
    ) -> Result<(), Error<OrderError>> {
        let SettleOrder { order: id, card } = command;
        let Progress { order, due } = cx.send(BeginCharge { order: id }).await?;
        match (due, card) {
            (Some(Due::Charge), Some(card)) => {
                let charge = CHARGE.lease(self.patience.under_way());
                let charged = charge.run(&self.db, cx, &order.total, |key| {
                    cx.send(ChargeCard { order: id, charge: key.into(), card, amount: order.total })
                });
                match charged.await {
                    Ok(receipt) => {
                        if cx.send(ConfirmOrder { order: id, receipt }).await? {
                            self.news.tell(id);
                            return Ok(());
                        }
                    }
                    // The store's own trouble is no answer of the bank: the outbox tries again.
                    Err(Error::Refused(failure)) if is_ours(&failure) => return Err(Error::Refused(failure)),
                    // Whether it was charged or not: from now on it is not placed, and what was taken goes back.
                    Err(error) => cx.send(RefuseOrder { order: id, refusal: Refusal::from(&error) }).await?,
                }
            }
            (Some(Due::Refund { .. }), _) => {}
            // It was settled, and this is its message once more.
            _ => return Ok(()),
        }
        let voided = match order.charge {
            Some(charge) => cx.send(VoidCharge { order: id, charge }).await,
            // The bank was never asked, and will not be.
            None => Ok(()),
        };
        match &voided {
            Ok(()) => {
                self.taken_back(&CHARGE.id(cx).map_err(Error::Refused)?).await?;
                cx.send(CloseOrder { order: id }).await?;
            }
            // Nobody waits for what may take long; the outbox tries again until it is done.
            Err(_) => cx.send(StallOrder { order: id }).await?,
        }
        self.news.tell(id);
        voided.map_err(|error| error.map(OrderError::from))
    }
}

impl Checkout {
    /// A charge without an answer was voided by its key, so nobody has to find out any more what became of it.
    async fn taken_back(&self, charge: &EffectId) -> Result<(), Error<OrderError>> {
        match CHARGE.resolve(&self.db, charge, None).await {
            Err(error) if error.kind() != ErrorKind::Missing => Err(Error::refused(error)),
            _ => Ok(()),
        }
    }
}

/// Whether the charge was refused by what records it.
fn is_ours(failure: &Failure) -> bool {
    ["catga.store.", "catga.delivery."].iter().any(|ours| failure.code().starts_with(ours))
}
