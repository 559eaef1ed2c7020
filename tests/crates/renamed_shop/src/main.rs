//! A mediator whose runtime is called `runtime`, of sets and messages whose runtime is called `bus`.

use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering::Relaxed};

use futures_util::{FutureExt, StreamExt};
use renamed_set::{Broken, Echo, Echoes, List, Put, Shelf, Was, Words};
use runtime::behaviors::tower::Served;
use runtime::prelude::*;
use tower::ServiceExt as _;

#[derive(Default)]
struct Ledger(AtomicU8);

#[handler(crate = runtime)]
impl Ledger {
    fn on_was(&self, event: &Was) {
        self.0.fetch_add(event.size, Relaxed);
    }
}

#[mediator(handles(Put), crate = runtime)]
#[pipeline(Validate, Trace)]
#[derive(Default)]
struct Shop {
    shelf: Shelf,
    numbers: Echoes<u8>,
    words: Words,
    ledger: Ledger,
}

fn main() {
    let shop = Arc::new(Shop::default());
    assert_eq!(shop.send(Put { size: 3 }).now_or_never(), Some(Ok(3)));
    assert_eq!(shop.send(Put { size: 9 }).now_or_never(), Some(Err(Error::Handler(Broken))));
    assert!(matches!(shop.send(Put { size: 0 }).now_or_never(), Some(Err(Error::Invalid(_)))));
    assert_eq!(shop.stream(List).collect::<Vec<_>>().now_or_never(), Some(vec![Ok(1), Ok(2)]));
    assert_eq!(shop.send(Echo(7_u8)).now_or_never(), Some(Ok(7)));
    assert_eq!(shop.send(Echo("seven")).now_or_never(), Some(Ok("seven")));
    assert_eq!(Served::new(Arc::clone(&shop)).oneshot(Put { size: 4 }).now_or_never(), Some(Ok(4)));
    assert_eq!(shop.ledger.0.load(Relaxed), 3 + 9 + 4);
    println!("renamed shop: all answers are right");
}
