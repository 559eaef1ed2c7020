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
#[pipeline(Transactional(self.db))]
struct Shop {
    orders: Orders,
    db: Store<Main>,
    #[state]
    side: Store<Side>,
}

fn main() {}
