//! CATGA114: a lock around a message without a key, at `Lock`.

use catga::prelude::*;
use catga::store::Store;

struct Main;

#[command]
struct Print {
    printer: u32,
}

struct Printers;

#[handler]
impl Printers {
    fn print(&self, _: Print) {}
}

#[mediator]
#[pipeline(commands: Lock(self.db))]
struct Office {
    printers: Printers,
    db: Store<Main>,
}

fn main() {}
