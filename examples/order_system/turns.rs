//! Who takes from one shelf at a time.

use catga::prelude::*;
use catga::store::KeyedLocks;

use crate::counter::PlaceOrder;
use crate::inventory::Sku;

/// Orders of the same article wait for each other, first come first served, until the commit has answered. Without
/// it a rush on one article would be all conflicts; with it the check behind it finds none.
#[derive(Debug, Default)]
pub(crate) struct Turns(KeyedLocks);

impl Declares for Turns {}

impl<S: Dispatched> Behavior<PlaceOrder, S> for Turns {
    async fn around<N: Next<PlaceOrder, S>>(
        &self,
        order: In<'_, PlaceOrder>,
        cx: &mut Context<S>,
        next: N,
    ) -> Outcome<PlaceOrder> {
        // In one order for all, or two could wait for each other.
        let mut skus: Vec<Sku> = order.lines.iter().map(|line| line.sku.clone()).collect();
        skus.sort_unstable();
        skus.dedup();
        let mut held = Vec::with_capacity(skus.len());
        for sku in &skus {
            held.push(self.0.lock(sku.text().as_bytes()).await.map_err(Error::refused)?);
        }
        next.run(order, cx).await
    }
}
