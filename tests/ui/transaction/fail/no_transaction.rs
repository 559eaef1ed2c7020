//! CATGA111: a handler asks for a transaction, and there is none, at `Validate`.

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
#[pipeline(Validate)]
struct Shop {
    orders: Orders,
    #[state]
    db: Store<Main>,
}

fn main() {}
