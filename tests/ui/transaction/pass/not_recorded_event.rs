use catga::prelude::*;
use catga::store::Store;
use serde::{Deserialize, Serialize};

struct Main;

#[event]
#[derive(Serialize, Deserialize)]
struct Placed;

struct Orders;

#[handler]
impl Orders {
    fn on_placed(&self, _event: &Placed) {}
}

#[mediator(serves)]
#[pipeline(commands: Idempotent(self.db))]
struct Shop {
    orders: Orders,
    db: Store<Main>,
}

fn main() {}
