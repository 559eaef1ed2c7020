//! Handler sets for the mediators of other crates.

use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

use catga::prelude::*;
use messages::{ChargeCard, FindStock, OrderError, OrderPlaced, PlaceOrder};

pub struct Orders;

#[handler(export)]
impl Orders {
    async fn place(
        &self,
        command: PlaceOrder,
        cx: &mut Context<impl Sends<FindStock> + Sends<ChargeCard> + Publishes<OrderPlaced>>,
    ) -> Result<u64, OrderError> {
        let PlaceOrder { article, pieces } = command;
        if cx.send(FindStock(article)).await.is_ok_and(|stock| stock < pieces) {
            return Err(OrderError::SoldOut);
        }
        let paid = cx.send(ChargeCard { cents: pieces * 100 }).await.map_err(|_| OrderError::Unpaid)?;
        cx.publish(OrderPlaced { article, pieces }).await.map_err(|_| OrderError::Unpaid)?;
        Ok(paid)
    }
}

/// A set of which features of this crate decide what it handles; a mediator's crate knows nothing of them.
#[derive(Default)]
pub struct Counter {
    wrapped: AtomicU64,
}

#[cfg_attr(all(), handler(export))]
#[cfg_attr(feature = "patient", pipeline(Retry::times(3), Timeout::secs(1)))]
impl Counter {
    fn count(&self, _: CountWrapped) -> u64 {
        self.wrapped.load(Relaxed)
    }

    #[cfg(feature = "gifts")]
    fn wrap(&self, command: messages::Wrap) -> u64 {
        command.pieces
    }

    #[cfg(feature = "gifts")]
    fn on_wrapped(&self, event: &messages::Wrapped) {
        self.wrapped.fetch_add(event.pieces, Relaxed);
    }

    #[cfg(feature = "returns")]
    async fn take_back(&self, command: messages::TakeBack) -> u64 {
        command.pieces
    }
}

/// How many pieces were wrapped.
#[cfg_attr(all(), query(reply = u64))]
#[derive(Clone)]
pub struct CountWrapped;

/// A set whose message has the set's own parameter.
pub struct Notes<T> {
    kept: Mutex<Vec<T>>,
}

impl<T> Default for Notes<T> {
    fn default() -> Self {
        Self { kept: Mutex::default() }
    }
}

#[handler(export)]
impl<T: Send + Sync + 'static> Notes<T> {
    fn save(&self, command: messages::Save<T>) -> usize {
        let mut kept = self.kept.lock().unwrap();
        kept.push(command.0);
        kept.len()
    }
}
