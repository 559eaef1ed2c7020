//! CATGA125: a second run of a set's own inside of a transaction, at `Orders`.

use catga::prelude::*;
use catga::store::Store;
use serde::{Deserialize, Serialize};

struct Main;

#[command(idempotent)]
#[derive(Clone, Serialize, Deserialize)]
struct Place;

struct Orders;

#[handler]
#[pipeline(Hedge::after_millis(50))]
impl Orders {
    async fn place(&self, _: Place) {}
}

#[mediator]
#[pipeline(commands: Transactional(self.db))]
struct Shop {
    orders: Orders,
    db: Store<Main>,
}

fn main() {}
