//! Letters to customers, one for each event that concerns them.

use catga::prelude::*;
use serde::{Deserialize, Serialize};

use crate::order::OrderId;
use crate::orders::{OrderCancelled, OrderPlaced};
use crate::post;
use crate::shipping::OrderShipped;
use crate::store::{Db, Main};

/// What a customer was written.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Letter {
    pub(crate) to: String,
    pub(crate) subject: String,
}

/// The letters about an order, oldest first.
#[query(reply = Vec<Letter>, error = MailError, trace(%order))]
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct Letters {
    pub(crate) order: OrderId,
}

/// Why a letter was not sent.
#[derive(Debug, thiserror::Error, Classify, Serialize, Deserialize)]
pub(crate) enum MailError {
    /// There is nobody at the address.
    #[error("there is no mail for {0}; mend the address, and replay the message")]
    #[class(code = "mail.refused")]
    Refused(String),
    /// Nobody knows any more whether the letter was sent.
    #[error("the event is older than what the post remembers; look at the letters of its order")]
    #[class(code = "mail.too_old")]
    TooOld,
}

/// Hears what concerns customers, and writes to them.
pub(crate) struct Mail {
    pub(crate) db: Db,
}

#[handler]
impl Mail {
    async fn on_placed(
        &self,
        event: &OrderPlaced,
        cx: &mut Context<impl Within<Main>>,
    ) -> Result<(), Error<MailError>> {
        let subject = format!("Thank you for order {} over {}", event.order, event.total);
        post::send(event.order, Letter { to: event.customer.clone(), subject }, cx).await
    }

    async fn on_shipped(
        &self,
        event: &OrderShipped,
        cx: &mut Context<impl Within<Main>>,
    ) -> Result<(), Error<MailError>> {
        let subject = format!("Order {} is on its way as {}", event.order, event.tracking.0);
        post::send(event.order, Letter { to: event.customer.clone(), subject }, cx).await
    }

    async fn on_cancelled(
        &self,
        event: &OrderCancelled,
        cx: &mut Context<impl Within<Main>>,
    ) -> Result<(), Error<MailError>> {
        let subject = format!("Order {} is cancelled", event.order);
        post::send(event.order, Letter { to: event.customer.clone(), subject }, cx).await
    }

    async fn letters(&self, query: Letters) -> Result<Vec<Letter>, Error<MailError>> {
        post::sent(&mut self.db.begin().map_err(Error::refused)?, query.order).await
    }
}
