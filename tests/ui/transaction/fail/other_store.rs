//! CATGA111: a handler asks for a transaction of one store inside that of another of its type, at `Transactional`.

use catga::prelude::*;
use catga::store::Store;

struct Main;
struct Side;

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
#[pipeline(Transactional(self.side))]
struct Shop {
    orders: Orders,
    #[state]
    db: Store<Main>,
    side: Store<Side>,
}

fn main() {}
