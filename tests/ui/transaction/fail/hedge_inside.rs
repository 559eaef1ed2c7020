//! CATGA125: a second run inside of a transaction, at `Hedge`.

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
#[pipeline(commands: Transactional(self.db), Hedge::after_millis(50))]
struct Shop {
    orders: Orders,
    db: Store<Main>,
}

fn main() {}
