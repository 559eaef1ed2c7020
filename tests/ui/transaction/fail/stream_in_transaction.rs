//! CATGA111: the rows of a stream query outlive the transaction around it, at `Stock`.

use catga::prelude::*;
use catga::store::{Store, Table};
use futures_util::{Stream, stream};

struct Main;

const STOCK: Table<u8, u8> = Table::new("stock");

#[query(stream = u8)]
struct List;

struct Stock;

#[handler]
impl Stock {
    fn list(&self, _query: List, mut cx: Context<impl Within<Main>>) -> impl Stream<Item = u8> {
        let _put = STOCK.put(cx.tx(), &1, &1);
        stream::empty()
    }
}

#[mediator]
#[pipeline(Transactional(self.db))]
struct Shop {
    stock: Stock,
    db: Store<Main>,
}

fn main() {}
