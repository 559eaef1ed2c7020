//! What the two programs are made of: their messages, their rows, their handlers.

mod chance;
mod inbox;
mod messages;
mod payments;
mod shop;
mod tables;

pub use inbox::{BOOK, RETENTION, TILL};
pub use messages::{AWAY, ChargeEvents, Credit, OrderEvents, Place, Placed, REMIND, Reminder, TillApi};
pub use payments::{ATTEMPTS, Accounts, Credits, Payments, Till};
pub use shop::{Books, Orders, Receipts, Shop};
pub use tables::{
    ACCOUNTS, BALANCES, BOOKED, CHARGED, CHARGES, CREDITED, GIVEN, Main, ORDERS, PAID, PLACED, RECEIPTS, REMINDED,
    SWEPT, TOO_OLD, is_declined, is_stubborn,
};
