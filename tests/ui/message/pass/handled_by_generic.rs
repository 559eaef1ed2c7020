//! CATGA025: a message with parameters says who handles it.

use catga::prelude::*;

#[query(reply = T)]
pub struct Pick<T: Clone + Send + Sync + 'static>(pub T);

pub struct Picks;

#[handler]
impl Picks {
    fn pick(&self, query: Pick<u8>) -> u8 {
        query.0
    }
}

#[mediator(handles(Pick<u8>))]
pub struct Shop {
    picks: Picks,
}

fn main() {}
