use catga::prelude::*;
use catga::store::{Store, Table};

struct Main;

const STOCK: Table<u8, u8> = Table::new("stock");

#[query(reply = Vec<u8>)]
struct List;

struct Stock;

#[handler]
impl Stock {
    fn list(&self, _query: List, cx: &mut Context<impl Within<Main>>) -> Vec<u8> {
        let _put = STOCK.put(cx.tx(), &1, &1);
        Vec::new()
    }
}

#[mediator]
#[pipeline(Transactional(self.db))]
struct Shop {
    stock: Stock,
    db: Store<Main>,
}

fn main() {}
