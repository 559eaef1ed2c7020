//! An entry inside of a transaction.

use catga::prelude::*;
use catga::store::Store;
use serde::{Deserialize, Serialize};

struct Main;

#[command]
#[derive(Clone, Serialize, Deserialize)]
struct Place;

struct Orders;

#[handler]
impl Orders {
    async fn place(&self, _: Place) {}
}

#[mediator]
#[pipeline(commands: Transactional(self.db), commands: Retry::times(3))]
struct Shop {
    orders: Orders,
    db: Store<Main>,
}

fn main() {}
