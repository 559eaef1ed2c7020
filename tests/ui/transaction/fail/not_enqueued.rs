//! CATGA112: a handler enqueues what its context does not let it, at `Bill`.

use catga::prelude::*;
use catga::store::Store;
use serde::{Deserialize, Serialize};

struct Main;

#[command]
#[derive(Serialize, Deserialize)]
struct Place;

#[command]
#[derive(Serialize, Deserialize)]
struct Ship;

#[command]
#[derive(Serialize, Deserialize)]
struct Bill;

struct Orders;

#[handler]
impl Orders {
    async fn place(&self, _: Place, cx: &mut Context<impl Enqueues<Ship>>) -> Result<(), Error> {
        cx.enqueue(Ship).await.map_err(Error::refused)?;
        cx.enqueue(Bill).await.map_err(Error::refused)?;
        Ok(())
    }
}

struct Later;

#[handler]
impl Later {
    fn ship(&self, _: Ship) {}

    fn bill(&self, _: Bill) {}
}

#[mediator(serves)]
struct Shop {
    #[pipeline(commands: Transactional(self.db))]
    orders: Orders,
    later: Later,
    db: Store<Main>,
}

fn main() {}
