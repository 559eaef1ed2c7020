//! The shelves: what is there of each article, and what each order has taken.

use std::collections::BTreeMap;

use catga::prelude::*;
use catga::store::{Table, Transaction};
use serde::{Deserialize, Serialize};

use crate::inventory::{Level, Line, Sku, StockError};
use crate::money::Cents;
use crate::order::OrderId;

const LEVELS: Table<String, Level> = Table::new("levels");
const RESERVED: Table<u64, Vec<Taken>> = Table::new("reserved");

/// So many of an article, taken for an order.
#[derive(Debug, Serialize, Deserialize)]
struct Taken {
    sku: Sku,
    quantity: u64,
}

type Shelved<T> = Result<T, Error<StockError>>;

/// Takes the lines of an order, all or none, and answers what they cost.
pub(crate) async fn reserve(tx: &mut Transaction, order: OrderId, lines: &[Line]) -> Shelved<Cents> {
    // Two lines may name one article, so what counts is their sum.
    let mut wanted = BTreeMap::<&Sku, u64>::new();
    for line in lines {
        *wanted.entry(&line.sku).or_default() += u64::from(line.quantity);
    }
    let (mut left, mut price) = (Vec::new(), Cents(0));
    for (&sku, &quantity) in &wanted {
        let mut level = level(tx, sku).await?;
        let Some(available) = level.available.checked_sub(quantity) else {
            return Err(StockError::OutOfStock { sku: sku.clone(), wanted: quantity, left: level.available }.into());
        };
        level.available = available;
        price = price + level.price.times(quantity);
        left.push(level);
    }
    for level in &left {
        set(tx, level)?;
    }
    let taken: Vec<_> = wanted.into_iter().map(|(sku, quantity)| Taken { sku: sku.clone(), quantity }).collect();
    RESERVED.put(tx, &order.number(), &taken).map_err(Error::refused)?;
    Ok(price)
}

/// Puts back what an order has taken; the second time there is nothing.
pub(crate) async fn put_back(tx: &mut Transaction, order: OrderId) -> Shelved<()> {
    let taken = RESERVED.get(tx, &order.number()).await.map_err(Error::refused)?;
    for Taken { sku, quantity } in taken.into_iter().flatten() {
        let mut level = level(tx, &sku).await?;
        level.available += quantity;
        set(tx, &level)?;
    }
    RESERVED.delete(tx, &order.number()).map_err(Error::refused)
}

/// Replaces what is known of an article.
pub(crate) fn set(tx: &mut Transaction, level: &Level) -> Shelved<()> {
    LEVELS.put(tx, level.sku.text(), level).map_err(Error::refused)
}

/// What is known of an article.
pub(crate) async fn level(tx: &mut Transaction, sku: &Sku) -> Shelved<Level> {
    let level = LEVELS.get(tx, sku.text()).await.map_err(Error::refused)?;
    level.ok_or_else(|| Error::Handler(StockError::UnknownSku(sku.clone())))
}
