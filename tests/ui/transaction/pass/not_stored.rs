use catga::prelude::*;
use catga::store::Store;
use serde::{Deserialize, Serialize};

struct Main;

#[command]
#[derive(Serialize, Deserialize)]
struct Place;

#[event]
#[derive(Serialize, Deserialize)]
struct Placed;

struct Orders;

#[handler]
impl Orders {
    async fn place(&self, _: Place, cx: &mut Context<impl Publishes<Placed>>) -> Result<(), Error> {
        cx.publish(Placed).await.map_err(Error::refused)
    }
}

struct Mail;

#[handler]
impl Mail {
    fn on_placed(&self, _: &Placed) {}
}

#[mediator(serves)]
#[pipeline(commands: Transactional(self.db))]
struct Shop {
    orders: Orders,
    mail: Mail,
    db: Store<Main>,
}

fn main() {}
