//! Handler sets for the mediators of other crates.

use std::sync::Mutex;

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
