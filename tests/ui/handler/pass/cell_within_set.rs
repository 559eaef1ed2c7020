//! CATGA068: a type in a handler set that threads cannot share.

use catga::prelude::*;
use std::sync::Mutex;

#[command(reply = usize)]
pub struct PlaceOrder(pub u64);

pub struct Book {
    rows: Mutex<Vec<u64>>,
}

pub struct Orders {
    book: Book,
}

#[handler]
impl Orders {
    async fn place(&self, command: PlaceOrder) -> usize {
        let mut rows = self.book.rows.lock().unwrap();
        rows.push(command.0);
        rows.len()
    }
}

#[mediator]
#[pipeline(Timeout::secs(2))]
pub struct Shop {
    orders: Orders,
}

pub async fn place(shop: &Shop) -> usize {
    shop.send(PlaceOrder(7)).await.unwrap_or_default()
}

fn main() {}
