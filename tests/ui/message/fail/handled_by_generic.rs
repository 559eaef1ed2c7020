//! CATGA025: a message with parameters says who handles it, at `Shop`.

use catga::prelude::*;

#[query(reply = T, handled_by = Shop)]
pub struct Pick<T: Clone + Send + Sync + 'static>(pub T);

pub struct Picks;

#[handler]
impl Picks {
    fn pick(&self, query: Pick<u8>) -> u8 {
        query.0
    }
}

#[mediator]
pub struct Shop {
    picks: Picks,
}

fn main() {}
