//! Letters to customers, one for each event that concerns them.

use std::collections::HashMap;

use catga::prelude::*;
use serde::Serialize;

use crate::memory::Memory;
use crate::orders::{OrderCancelled, OrderId, OrderPlaced};
use crate::shipping::OrderShipped;

/// What a customer was written.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Letter {
    pub(crate) to: String,
    pub(crate) subject: String,
}

/// The letters about an order, oldest first.
#[query(reply = Vec<Letter>, error = MailError, trace(%order))]
#[derive(Clone)]
pub(crate) struct Letters {
    pub(crate) order: OrderId,
}

/// Why a letter was not sent.
#[derive(Debug, thiserror::Error, Classify)]
pub(crate) enum MailError {
    /// The post failed; nothing in memory does.
    #[error("the post cannot be reached")]
    #[class(unknown, code = "mail.post")]
    Post(#[from] Failure),
}

/// Who carries the letters: the seam for a mail server.
pub(crate) trait Post: Send + Sync {
    /// Sends one, and files it under its order.
    fn send(&self, order: OrderId, letter: Letter) -> impl Future<Output = Result<(), MailError>> + Send;

    /// What was sent about an order.
    fn sent(&self, order: OrderId) -> impl Future<Output = Result<Vec<Letter>, MailError>> + Send;
}

/// Hears what concerns customers, and writes to them.
#[derive(Default)]
pub(crate) struct Mail<P> {
    pub(crate) post: P,
}

#[handler]
impl<P: Post> Mail<P> {
    async fn on_placed(&self, event: &OrderPlaced) -> Result<(), MailError> {
        let subject = format!("Thank you for order {} over {}", event.order, event.total);
        self.post.send(event.order, Letter { to: event.customer.clone(), subject }).await
    }

    async fn on_shipped(&self, event: &OrderShipped) -> Result<(), MailError> {
        let subject = format!("Order {} is on its way as {}", event.order, event.tracking.0);
        self.post.send(event.order, Letter { to: event.customer.clone(), subject }).await
    }

    async fn on_cancelled(&self, event: &OrderCancelled) -> Result<(), MailError> {
        let subject = format!("Order {} is cancelled", event.order);
        self.post.send(event.order, Letter { to: event.customer.clone(), subject }).await
    }

    async fn letters(&self, query: Letters) -> Result<Vec<Letter>, MailError> {
        self.post.sent(query.order).await
    }
}

/// A post that keeps the letters.
#[derive(Debug, Default)]
pub(crate) struct MemoryPost(Memory<HashMap<OrderId, Vec<Letter>>>);

impl Post for MemoryPost {
    async fn send(&self, order: OrderId, letter: Letter) -> Result<(), MailError> {
        self.0.with(|letters| letters.entry(order).or_default().push(letter));
        Ok(())
    }

    async fn sent(&self, order: OrderId) -> Result<Vec<Letter>, MailError> {
        Ok(self.0.with(|letters| letters.get(&order).cloned().unwrap_or_default()))
    }
}
