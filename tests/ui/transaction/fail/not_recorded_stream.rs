//! CATGA113: the rows of a stream query are not recorded, at `Idempotent`.

use catga::prelude::*;
use catga::store::Store;
use serde::{Deserialize, Serialize};

struct Main;

#[query(stream = u8)]
#[derive(Serialize, Deserialize)]
struct List;

struct Orders;

#[handler]
impl Orders {
    fn list(&self, _query: List) -> impl futures_util::Stream<Item = u8> {
        futures_util::stream::empty()
    }
}

#[mediator(serves)]
#[pipeline(Idempotent(self.db))]
struct Shop {
    orders: Orders,
    db: Store<Main>,
}

fn main() {}
