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

struct Orders;

#[handler]
impl Orders {
    async fn place(&self, _: Place, cx: &mut Context<impl Within<Main> + Enqueues<Ship>>) -> Result<(), Error> {
        cx.enqueue(Ship).await.map(drop).map_err(Error::refused)
    }
}

struct Parcels;

#[handler]
impl Parcels {
    fn ship(&self, _: Ship, cx: &mut Context<impl Within<Main>>) {
        let _is_first = cx.tx().is_read_only();
    }
}

#[mediator(serves)]
#[pipeline(commands: Transactional(self.db))]
struct Shop {
    orders: Orders,
    parcels: Parcels,
    db: Store<Main>,
}

fn main() {}
