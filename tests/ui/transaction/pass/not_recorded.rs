use catga::prelude::*;
use catga::store::Store;
use serde::{Deserialize, Serialize};

struct Main;

#[command(critical)]
#[derive(Serialize, Deserialize)]
struct Charge;

struct Cards;

#[handler]
impl Cards {
    fn charge(&self, _: Charge) {}
}

#[mediator(serves)]
#[pipeline(commands: Idempotent(self.db))]
struct Shop {
    cards: Cards,
    db: Store<Main>,
}

fn main() {}
