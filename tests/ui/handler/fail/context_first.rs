//! CATGA035: the context stands before the message, at `&mut Context<impl Sends<ChargeCard>>`.

use catga::prelude::*;

#[command(reply = u64)]
pub struct ChargeCard(pub u64);

#[command]
pub struct PlaceOrder;

pub struct Orders;

#[handler]
impl Orders {
    async fn place(&self, cx: &mut Context<impl Sends<ChargeCard>>, _command: PlaceOrder) {
        let _ = cx.send(ChargeCard(1)).await;
    }
}

fn main() {}
