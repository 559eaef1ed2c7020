//! What a client waits for: an order is placed in one transaction, and what becomes of it comes out of the outbox.

use axum::http::StatusCode;
use catga::prelude::*;

use crate::order::{Order, OrderId, Progress, Status};
use crate::orders::{GetOrder, OrderError};
use crate::problem::Problem;
use crate::shop::Shop;

/// Waits until nothing is due for an order that would not take long. Then it has this status; where it takes too
/// long, that it is accepted.
pub(crate) async fn outcome<S: Shop>(
    shop: &S,
    order: OrderId,
    status: StatusCode,
) -> Result<(Progress, StatusCode), Problem> {
    let mut news = shop.news().listen();
    let over = async {
        loop {
            let progress = shop.send(GetOrder { order }).await?;
            if progress.is_over() {
                return Ok((progress, status));
            }
            // Missed news are a reason to look, too.
            while news.recv().await.is_ok_and(|told| told != order) {}
        }
    };
    match tokio::time::timeout(shop.patience().outcome(), over).await {
        Ok(over) => over,
        Err(_) => Ok((shop.send(GetOrder { order }).await?, StatusCode::ACCEPTED)),
    }
}

/// The order, unless it is none that stands or will.
pub(crate) fn placed(progress: Progress) -> Result<Order, Problem> {
    let order = progress.order;
    match (order.status, &order.refusal) {
        (Status::Pending | Status::Rejected, Some(refusal)) => Err(refusal.clone().into()),
        (Status::Cancelled, _) => Err(Error::Handler(OrderError::Cancelled(order.id)).into()),
        _ => Ok(order),
    }
}
