//! Test compile.
mod book; mod inventory; mod mail; mod memory; mod order; mod orders; mod payments; mod shipping; mod shop; mod simulator;
use catga::prelude::*;
#[tokio::main]
async fn main() {
    let shop = shop::Shop::in_memory(0).unwrap();
    let _ = shop.send(payments::Takings).await;
}
