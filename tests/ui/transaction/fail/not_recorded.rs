//! CATGA113: replies are to be recorded in a mediator that writes no bytes, at `Idempotent`.

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

#[mediator]
#[pipeline(commands: Idempotent(self.db))]
struct Shop {
    cards: Cards,
    db: Store<Main>,
}

fn main() {}
