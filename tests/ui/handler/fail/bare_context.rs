//! CATGA037: a context that says nothing, at `&mut Context`.

use catga::prelude::*;

#[command(reply = u64)]
pub struct ChargeCard(pub u64);

#[command]
pub struct PlaceOrder;

pub struct Orders;

#[handler]
impl Orders {
    async fn place(&self, _command: PlaceOrder, cx: &mut Context) {
        let _ = cx.send(ChargeCard(1)).await;
    }
}

fn main() {}
