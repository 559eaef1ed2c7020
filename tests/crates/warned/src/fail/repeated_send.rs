//! CATGA123: a handler in a transaction sends what a repeat does twice, at `Charge`.

use catga::prelude::*;
use catga::store::Store;
use serde::{Deserialize, Serialize};

pub struct Main;

#[command]
#[derive(Serialize, Deserialize)]
pub struct Place;

#[command]
#[derive(Serialize, Deserialize)]
pub struct Charge;

pub struct Orders;

#[handler]
impl Orders {
    async fn place(&self, _: Place, cx: &mut Context<impl Within<Main> + Sends<Charge>>) -> Result<(), Error> {
        cx.send(Charge).await
    }
}

pub struct Payments;

#[handler]
impl Payments {
    fn charge(&self, _: Charge) {}
}

#[mediator(serves)]
pub struct Shop {
    #[pipeline(commands: Transactional(self.db))]
    pub orders: Orders,
    pub payments: Payments,
    pub db: Store<Main>,
}
