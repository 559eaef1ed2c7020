//! A mediator that mediators of other crates have as a field.

use std::sync::atomic::{AtomicU64, Ordering};

use catga::__private::Stream;
use catga::prelude::*;
use messages::{FindStock, ListArticles, OrderPlaced};

#[mediator(export, hears(OrderPlaced))]
pub struct Catalog {
    stock: Stock,
    // Its own: an event that it hears only when it publishes it itself.
    low: Low,
}

impl Catalog {
    pub fn new(pieces: u64) -> Self {
        Self { stock: Stock { pieces: AtomicU64::new(pieces) }, low: Low::default() }
    }

    pub fn was_low(&self) -> u64 {
        self.low.seen.load(Ordering::Relaxed)
    }
}

pub struct Stock {
    pieces: AtomicU64,
}

#[handler(export)]
impl Stock {
    fn find(&self, query: FindStock) -> u64 {
        if query.0 == 1 { self.pieces.load(Ordering::Relaxed) } else { 0 }
    }

    fn list(&self, _: ListArticles) -> impl Stream<Item = u32> {
        Once(Some(1))
    }

    async fn on_placed(&self, event: &OrderPlaced, cx: &mut Context<impl Publishes<RunLow>>) {
        if self.pieces.fetch_sub(event.pieces, Ordering::Relaxed) - event.pieces < 3 {
            cx.publish(RunLow).await.unwrap();
        }
    }
}

/// Few are left.
#[event]
pub struct RunLow;

#[derive(Default)]
pub struct Low {
    seen: AtomicU64,
}

#[handler(export)]
impl Low {
    fn on_low(&self, _: &RunLow) {
        self.seen.fetch_add(1, Ordering::Relaxed);
    }
}

struct Once(Option<u32>);

impl Stream for Once {
    type Item = u32;

    fn poll_next(mut self: std::pin::Pin<&mut Self>, _: &mut std::task::Context<'_>) -> std::task::Poll<Option<u32>> {
        std::task::Poll::Ready(self.0.take())
    }
}
