//! CATGA088: a type in a message that threads cannot share, at `PlaceOrder`.

use catga::prelude::*;
use std::cell::Cell;

pub struct Note {
    pub seen: Cell<bool>,
}

#[command(reply = u64)]
pub struct PlaceOrder {
    pub cents: u64,
    pub note: Note,
}

#[command(reply = u64)]
pub struct Reorder;

pub struct Orders;

#[handler]
#[pipeline(Timeout::secs(2))]
impl Orders {
    async fn place(&self, command: PlaceOrder) -> u64 {
        command.cents
    }
}

pub struct Reorders;

#[handler]
impl Reorders {
    async fn reorder(&self, _: Reorder, cx: &mut Context<impl Sends<PlaceOrder>>) -> u64 {
        let note = Note { seen: Cell::new(false) };
        cx.send(PlaceOrder { cents: 7, note }).await.unwrap_or_default()
    }
}

#[mediator]
pub struct Shop {
    orders: Orders,
    reorders: Reorders,
}

pub async fn place(shop: &Shop) -> u64 {
    let note = Note { seen: Cell::new(false) };
    shop.send(PlaceOrder { cents: 7, note }).await.unwrap_or_default()
}

fn main() {}
