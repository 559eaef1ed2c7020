//! CATGA060: a class that there is not.

use catga::prelude::*;

#[derive(Debug, Classify)]
pub enum OrderError {
    SoldOut,
    #[class(transient)]
    TillBusy,
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
