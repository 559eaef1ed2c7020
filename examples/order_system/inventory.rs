//! Articles: what there is of each, and what one costs.

use std::fmt;

use catga::prelude::*;
use serde::{Deserialize, Serialize};

use crate::money::Cents;
use crate::shelves;
use crate::store::{Db, Main};

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

    /// The name.
    pub(crate) fn text(&self) -> &str {
        &self.0
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
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Level {
    pub(crate) sku: Sku,
    pub(crate) available: u64,
    #[serde(rename = "price_cents")]
    pub(crate) price: Cents,
}

/// Says what is on the shelf of an article, and its price from now on.
#[command(reply = Level, error = StockError, validate, idempotent, trace(%sku, available))]
#[derive(Clone, Serialize, Deserialize)]
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
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct StockLevel {
    pub(crate) sku: Sku,
}

/// Why the shelves do not answer as asked.
#[derive(Debug, thiserror::Error, Classify, Serialize, Deserialize)]
pub(crate) enum StockError {
    /// Not in the catalogue.
    #[error("there is no article {0}")]
    #[class(code = "stock.unknown_sku")]
    UnknownSku(Sku),
    /// Fewer left than asked for.
    #[error("{sku} is out of stock: {wanted} wanted, {left} left")]
    #[class(code = "stock.out_of_stock")]
    OutOfStock { sku: Sku, wanted: u64, left: u64 },
}

/// Handles everything about stock.
pub(crate) struct Inventory {
    pub(crate) db: Db,
}

#[handler]
impl Inventory {
    async fn set(&self, command: SetStock, cx: &mut Context<impl Within<Main>>) -> Result<Level, Error<StockError>> {
        let level = Level { sku: command.sku, available: command.available, price: command.price };
        shelves::set(cx.tx(), &level)?;
        Ok(level)
    }

    async fn level(&self, query: StockLevel) -> Result<Level, Error<StockError>> {
        shelves::level(&mut self.db.begin().map_err(Error::refused)?, &query.sku).await
    }
}
