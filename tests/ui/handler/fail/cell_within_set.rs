//! CATGA068: a type in a handler set that threads cannot share, at `Orders`.

use catga::prelude::*;
use std::cell::RefCell;

#[command(reply = usize)]
pub struct PlaceOrder(pub u64);

pub struct Book {
    rows: RefCell<Vec<u64>>,
}

pub struct Orders {
    book: Book,
}

#[handler]
impl Orders {
    async fn place(&self, command: PlaceOrder) -> usize {
        self.book.rows.borrow_mut().push(command.0);
        self.book.rows.borrow().len()
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
