//! CATGA119: a transaction of what runs none, at `Transactional`.

use std::sync::Arc;

use catga::prelude::*;
use catga::store::Store;
use serde::{Deserialize, Serialize};

struct Main;

#[command]
#[derive(Serialize, Deserialize)]
struct Place;

struct Orders;

#[handler]
impl Orders {
    async fn place(&self, _: Place) {}
}

#[mediator]
#[pipeline(commands: Transactional(self.db))]
struct Shop {
    orders: Orders,
    db: Arc<Store<Main>>,
}

fn main() {}
