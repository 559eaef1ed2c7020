//! CATGA111: a handler asks for a transaction, and no behavior is around it. Mended.

use catga::prelude::*;
use catga::store::Store;

struct Main;

#[command(reply = bool)]
struct Place;

struct Orders;

#[handler]
impl Orders {
    fn place(&self, _: Place, cx: &mut Context<impl Within<Main>>) -> bool {
        cx.tx().is_read_only()
    }
}

#[mediator]
#[pipeline(commands: Transactional(self.db))]
struct Shop {
    orders: Orders,
    db: Store<Main>,
}

fn main() {}
