//! `Hedge` around the transaction: each run has its own.

use catga::prelude::*;
use catga::store::Store;
use serde::{Deserialize, Serialize};

struct Main;

#[command(idempotent)]
#[derive(Clone, Serialize, Deserialize)]
struct Place;

struct Orders;

#[handler]
impl Orders {
    async fn place(&self, _: Place) {}
}

#[mediator]
#[pipeline(Hedge::after_millis(50), commands: Transactional(self.db))]
struct Shop {
    orders: Orders,
    db: Store<Main>,
}

fn main() {}
