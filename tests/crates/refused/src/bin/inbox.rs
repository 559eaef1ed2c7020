//! A consumer without an inbox, of a message that asks for QoS 2. Only a build asks.

use catga::delivery::{Consumer, DeadLetters, Letter};
use catga::prelude::*;
use catga::transport::memory::Memory;
use serde::{Deserialize, Serialize};

struct Nowhere;

impl DeadLetters for Nowhere {
    async fn bury(&self, _: Letter<'_>) -> Result<(), Failure> {
        Ok(())
    }
}

#[event(qos = 2)]
#[derive(Serialize, Deserialize)]
struct Paid {
    cents: u64,
}

#[contract]
struct Payments(#[event] Paid);

struct Books;

#[handler]
impl Books {
    fn on_paid(&self, _event: &Paid) {}
}

#[mediator]
struct Shop {
    books: Books,
}

fn main() {
    let (shop, stop) = (Shop { books: Books }, Cancel::new());
    let consumer = Consumer::new(Memory::default(), "books", Nowhere);
    let _consuming = consumer.consume::<Payments, _>(&shop, &stop);
}
