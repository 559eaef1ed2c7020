//! CATGA062: a variant of two fields that is what one of them is, at `transparent`.

use catga::prelude::*;

#[derive(Debug)]
pub struct TillError;

impl std::fmt::Display for TillError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("till")
    }
}

impl std::error::Error for TillError {}

impl Classify for TillError {}

#[derive(Debug, Classify)]
pub enum OrderError {
    SoldOut,
    #[class(transparent)]
    Till(TillError, u8),
}

impl std::fmt::Display for OrderError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("order")
    }
}

impl std::error::Error for OrderError {}

#[command(error = OrderError)]
pub struct PlaceOrder;

fn main() {}
