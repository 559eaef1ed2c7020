//! CATGA117: a lock over what holds no leases, at `Lock`.

use std::sync::Arc;

use catga::prelude::*;
use catga::store::Store;
use serde::{Deserialize, Serialize};

struct Main;

#[command(reply = u64, key = printer)]
#[derive(Serialize, Deserialize)]
struct Print {
    printer: u32,
}

struct Printers;

#[handler]
impl Printers {
    async fn print(&self, _: Print, cx: &mut Context<impl Fenced>) -> u64 {
        cx.fence()
    }
}

#[mediator]
#[pipeline(commands: Lock(self.db))]
struct Office {
    printers: Printers,
    db: Arc<Store<Main>>,
}

fn main() {}
