//! Composes what four crates declare.

mod composition;

use std::sync::Arc;

use catalog::Catalog;
use catga::Error;
use catga::mediator::{Handles, Yields};
use composition::Shop;
use futures_util::{FutureExt, StreamExt};
use messages::{FindStock, ListArticles, OrderError, PlaceOrder, Save};
use orders::{Notes, Orders};
use payments::{Payments, Report};

fn now<T>(future: impl Future<Output = T>) -> T {
    future.now_or_never().expect("nothing here waits")
}

fn main() {
    let catalog = Arc::new(Catalog::new(5));
    let shop =
        Shop { orders: Orders, payments: Payments::default(), catalog: catalog.clone(), notes: Notes::default() };

    assert_eq!(now(shop.send(PlaceOrder { article: 1, pieces: 3 })), Ok(300));
    let sold_out = now(shop.send(PlaceOrder { article: 1, pieces: 3 }));
    assert_eq!(sold_out, Err(Error::Handler(OrderError::SoldOut)));
    // The inner mediator heard the event of the outer one, and its own; so did a set beside it.
    assert_eq!(now(shop.send(FindStock(1))), Ok(2));
    assert_eq!(catalog.was_low(), 1);
    assert_eq!(now(shop.send(Report)), Ok((300, 3)));
    assert_eq!(now(shop.stream(ListArticles).collect::<Vec<_>>()), [Ok(1)]);
    assert_eq!(now(shop.send(Save("a".to_owned()))), Ok(1));
    println!("shop: all answers are right");
}
