//! What is on the shelves. Stock is reserved for an order and returned by its id, so each step may be
//! repeated: the second time it changes nothing.

use std::collections::{BTreeMap, HashMap};
use std::fmt;

use catga::prelude::*;
use serde::{Deserialize, Serialize};

use crate::memory::Memory;
use crate::money::Cents;
use crate::orders::OrderId;

/// An article's name in the catalogue.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub(crate) struct Sku(String);

impl Sku {
    /// Whether it can be one: short, and nothing in it that a path or a log would have to escape.
    pub(crate) fn is_valid(&self) -> bool {
        let allowed = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-';
        (1..=32).contains(&self.0.len()) && self.0.bytes().all(allowed)
    }

    /// The rule that [`is_valid`](Self::is_valid) checks.
    pub(crate) const RULE: &str = "must be 1 to 32 letters, digits or hyphens";
}

impl fmt::Display for Sku {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// So many of one article.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Line {
    pub(crate) sku: Sku,
    pub(crate) quantity: u32,
}

/// What is left of an article, and what one costs.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Level {
    pub(crate) sku: Sku,
    pub(crate) available: u64,
    #[serde(rename = "price_cents")]
    pub(crate) price: Cents,
}

/// Takes the lines of an order from the shelves, all or none, and answers what they cost.
#[command(reply = Cents, error = StockError, idempotent, trace(%order))]
pub(crate) struct ReserveStock {
    pub(crate) order: OrderId,
    pub(crate) lines: Vec<Line>,
}

/// Puts back what was taken for an order, if anything was.
#[command(error = StockError, idempotent, trace(%order))]
pub(crate) struct ReturnStock {
    pub(crate) order: OrderId,
}

/// Says what is on the shelf of an article, and its price from now on.
#[command(reply = Level, error = StockError, validate, idempotent, trace(%sku, available))]
pub(crate) struct SetStock {
    pub(crate) sku: Sku,
    pub(crate) available: u64,
    pub(crate) price: Cents,
}

impl Valid for SetStock {
    fn check(&self, checks: &mut Checks) {
        checks.require("sku", self.sku.is_valid(), Sku::RULE);
        checks.require("available", self.available <= 1_000_000_000, "must be at most a billion");
        checks.require("price_cents", (1..=100_000_000).contains(&self.price.0), "must be 1 to 100000000");
    }
}

/// What is left of an article.
#[query(reply = Level, error = StockError, trace(%sku))]
#[derive(Clone)]
pub(crate) struct StockLevel {
    pub(crate) sku: Sku,
}

/// Why the shelves do not answer as asked.
#[derive(Debug, thiserror::Error, Classify)]
pub(crate) enum StockError {
    /// Not in the catalogue.
    #[error("there is no article {0}")]
    #[class(code = "stock.unknown_sku")]
    UnknownSku(Sku),
    /// Fewer left than asked for.
    #[error("{sku} is out of stock: {wanted} wanted, {left} left")]
    #[class(code = "stock.out_of_stock")]
    OutOfStock { sku: Sku, wanted: u64, left: u64 },
    /// The store failed; nothing in memory does.
    #[error("the shelves cannot be reached")]
    #[class(unknown, code = "stock.store")]
    Store(#[from] Failure),
}

/// Where the stock is kept: the seam for a durable store.
pub(crate) trait Shelves: Send + Sync {
    /// Takes all lines or none, once for an order, and answers their price.
    fn reserve(&self, order: OrderId, lines: &[Line]) -> impl Future<Output = Result<Cents, StockError>> + Send;

    /// Puts back what is reserved for the order.
    fn put_back(&self, order: OrderId) -> impl Future<Output = Result<(), StockError>> + Send;

    /// Replaces what is known of an article.
    fn set(&self, level: Level) -> impl Future<Output = Result<(), StockError>> + Send;

    /// What is known of an article.
    fn level(&self, sku: Sku) -> impl Future<Output = Result<Level, StockError>> + Send;
}

/// Handles everything about stock.
#[derive(Default)]
pub(crate) struct Inventory<S> {
    pub(crate) shelves: S,
}

#[handler]
impl<S: Shelves> Inventory<S> {
    async fn reserve(&self, command: ReserveStock) -> Result<Cents, StockError> {
        self.shelves.reserve(command.order, &command.lines).await
    }

    async fn put_back(&self, command: ReturnStock) -> Result<(), StockError> {
        self.shelves.put_back(command.order).await
    }

    async fn set(&self, command: SetStock) -> Result<Level, StockError> {
        let level = Level { sku: command.sku, available: command.available, price: command.price };
        self.shelves.set(level.clone()).await?;
        Ok(level)
    }

    async fn level(&self, query: StockLevel) -> Result<Level, StockError> {
        self.shelves.level(query.sku).await
    }
}

/// The shelves in memory.
#[derive(Debug, Default)]
pub(crate) struct MemoryShelves(Memory<Stock>);

#[derive(Debug, Default)]
struct Stock {
    levels: BTreeMap<Sku, Level>,
    reserved: HashMap<OrderId, Reservation>,
}

#[derive(Debug)]
struct Reservation {
    taken: BTreeMap<Sku, u64>,
    price: Cents,
}

impl Stock {
    fn reserve(&mut self, order: OrderId, lines: &[Line]) -> Result<Cents, StockError> {
        if let Some(before) = self.reserved.get(&order) {
            return Ok(before.price);
        }
        // Two lines may name one article, so what counts is their sum.
        let mut taken = BTreeMap::<Sku, u64>::new();
        for line in lines {
            *taken.entry(line.sku.clone()).or_default() += u64::from(line.quantity);
        }
        let mut price = Cents(0);
        for (sku, &wanted) in &taken {
            let level = self.levels.get(sku).ok_or_else(|| StockError::UnknownSku(sku.clone()))?;
            if level.available < wanted {
                return Err(StockError::OutOfStock { sku: sku.clone(), wanted, left: level.available });
            }
            price = price + level.price.times(wanted);
        }
        for (sku, wanted) in &taken {
            if let Some(level) = self.levels.get_mut(sku) {
                level.available -= wanted;
            }
        }
        self.reserved.insert(order, Reservation { taken, price });
        Ok(price)
    }

    fn put_back(&mut self, order: OrderId) {
        let taken = self.reserved.remove(&order).map(|reservation| reservation.taken);
        for (sku, quantity) in taken.into_iter().flatten() {
            if let Some(level) = self.levels.get_mut(&sku) {
                level.available += quantity;
            }
        }
    }
}

impl Shelves for MemoryShelves {
    async fn reserve(&self, order: OrderId, lines: &[Line]) -> Result<Cents, StockError> {
        self.0.with(|stock| stock.reserve(order, lines))
    }

    async fn put_back(&self, order: OrderId) -> Result<(), StockError> {
        self.0.with(|stock| stock.put_back(order));
        Ok(())
    }

    async fn set(&self, level: Level) -> Result<(), StockError> {
        self.0.with(|stock| stock.levels.insert(level.sku.clone(), level));
        Ok(())
    }

    async fn level(&self, sku: Sku) -> Result<Level, StockError> {
        self.0.with(|stock| stock.levels.get(&sku).cloned()).ok_or(StockError::UnknownSku(sku))
    }
}
