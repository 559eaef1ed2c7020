//! CATGA119: a constructor of several entries does not fit, at `Transactional`.

use std::sync::Arc;

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
#[pipeline(Trace, Timeout::secs(2))]
struct Shop {
    #[pipeline(commands: Retry::times(3), commands: Transactional(self.db), Validate)]
    orders: Orders,
    db: Arc<Store<Main>>,
}

fn main() {}
