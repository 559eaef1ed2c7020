//! CATGA003: a handler sends what its context does not allow, at `ChargeCard(1)`.

use catga::prelude::*;

#[command(reply = u64)]
pub struct ChargeCard(pub u64);

#[command]
pub struct PlaceOrder;

pub struct Orders;

#[handler]
impl Orders {
    async fn place(&self, _command: PlaceOrder, cx: &mut Context<impl Sends<Refund>>) {
        let _ = cx.send(ChargeCard(1)).await;
    }
}

#[command]
pub struct Refund;

fn main() {}
