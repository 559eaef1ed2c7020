//! CATGA027: a cache for an event, at `self`.

use std::time::Duration;

use catga::prelude::*;

#[event]
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Placed(pub u64);

pub struct Desk {
    cache: Cache<Placed>,
}

#[handler]
impl Desk {
    #[pipeline(self.cache)]
    fn on_placed(&self, _event: &Placed) {}
}

#[mediator]
pub struct Shop {
    desk: Desk,
}

fn main() {
    let _shop = Shop { desk: Desk { cache: Cache::new(8, Duration::from_secs(1)) } };
}
