//! The messages of a shop, and nothing else.

use catga::prelude::*;

/// Orders what lies in the cart.
#[command(reply = u64, error = OrderError)]
#[derive(Clone)]
pub struct PlaceOrder {
    pub article: u32,
    pub pieces: u64,
}

/// Why there is no order.
#[derive(Debug, Classify, PartialEq, Eq)]
pub enum OrderError {
    SoldOut,
    #[class(transient)]
    Unpaid,
}

impl std::fmt::Display for OrderError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        std::fmt::Debug::fmt(self, f)
    }
}

impl std::error::Error for OrderError {}

/// Takes money.
#[command(reply = u64)]
#[derive(Clone)]
pub struct ChargeCard {
    pub cents: u64,
}

/// An order stands.
#[event]
pub struct OrderPlaced {
    pub article: u32,
    pub pieces: u64,
}

/// How many pieces there are.
#[query(reply = u64)]
#[derive(Clone)]
pub struct FindStock(pub u32);

/// All articles.
#[query(stream = u32)]
pub struct ListArticles;

/// Keeps a value.
#[command(reply = usize)]
#[derive(Clone)]
pub struct Save<T>(pub T);

/// Wraps an order, where that is done: the message is always there, its handler is not.
#[command(reply = u64)]
#[derive(Clone)]
pub struct Wrap {
    pub pieces: u64,
}

/// An order was wrapped.
#[event]
pub struct Wrapped {
    pub pieces: u64,
}

/// Takes pieces back.
#[cfg(feature = "returns")]
#[command(reply = u64)]
#[derive(Clone)]
pub struct TakeBack {
    pub pieces: u64,
}
