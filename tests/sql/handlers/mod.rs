//! Handlers in transactions, and what is delivered after them.

pub mod books;
mod delivered;
mod office;
mod once;
mod transactions;
