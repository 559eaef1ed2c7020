//! What the programs keep.

use catga::prelude::*;
use catga::store::{Table, Transaction};

/// The store of a program.
pub struct Main;

pub const ACCOUNTS: u64 = 4;

// Of the shop.
/// By order: the account, and how often it was placed.
pub const ORDERS: Table<u64, (u32, u64)> = Table::new("orders");
/// The orders of an account, in the order in which they were placed.
pub const PLACED: Table<(u32, u64), u64> = Table::new("placed");
/// How often each order was paid.
pub const PAID: Table<u64, u64> = Table::new("paid");
/// How often a receipt was written for each order.
pub const RECEIPTS: Table<u64, u64> = Table::new("receipts");
/// The fences of those who swept, in the order in which they did.
pub const SWEPT: Table<u64, u64> = Table::new("swept");

// Of the payments.
pub const BALANCES: Table<u32, i64> = Table::new("balances");
/// How often each order was charged.
pub const CHARGES: Table<u64, u64> = Table::new("charges");
/// The orders of an account, in the order in which they were charged.
pub const CHARGED: Table<(u32, u64), u64> = Table::new("charged");
/// How often each order was booked on its account.
pub const BOOKED: Table<u64, u64> = Table::new("booked");
/// How often each order was reminded of, and how early that was at worst, in milliseconds.
pub const REMINDED: Table<u64, (u64, u64)> = Table::new("reminded");
/// How often each credit was given.
pub const GIVEN: Table<u64, u64> = Table::new("given");
/// The credits of an account, in the order in which they were given.
pub const CREDITED: Table<(u32, u64), u64> = Table::new("credited");
/// The code of what an inbox knows too little of.
pub const TOO_OLD: &str = "inbox.too_old";

/// The table of a counter, one more.
pub async fn count(tx: &mut Transaction, table: Table<u64, u64>, key: u64) -> Result<u64, Failure> {
    let count = table.get(tx, &key).await.map_err(Failure::from_error)?.unwrap_or(0) + 1;
    table.put(tx, &key, &count).map_err(Failure::from_error)?;
    Ok(count)
}

/// Appends to the orders of an account.
pub async fn append(
    tx: &mut Transaction,
    table: Table<(u32, u64), u64>,
    account: u32,
    order: u64,
) -> Result<u64, Failure> {
    let before = table.range(tx, (account, 0)..(account + 1, 0)).await.map_err(Failure::from_error)?.len() as u64;
    table.put(tx, &(account, before + 1), &order).map_err(Failure::from_error)?;
    Ok(before + 1)
}

/// What the payments decline for good.
pub fn is_declined(order: u64) -> bool {
    order % 13 == 4
}

/// What the payments are never able to do, and do not know it.
pub fn is_stubborn(order: u64) -> bool {
    order % 17 == 11
}
