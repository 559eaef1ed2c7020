//! CATGA116: a handler in a transaction sends a command that opens one on the same store, at `Orders`.

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
    async fn place(&self, _: Place, cx: &mut Context<impl Within<Main> + Sends<Ship>>) -> Result<(), Error> {
        cx.send(Ship).await
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
