use catga::prelude::*;

#[query(reply = u8)]
pub struct Rate;

pub struct Rates;

#[handler]
impl Rates {
    fn rate(&self, _query: Rate) -> u8 {
        7
    }
}

#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Region(u8);

pub struct ByRegion;

impl<M: Message> KeyOf<M, Region> for ByRegion {
    fn key(&self, _: &M, _: Option<&()>) -> Region {
        Region(1)
    }
}

#[mediator]
#[pipeline(self.limit)]
pub struct Bank {
    limit: PerKey<Region, ByRegion, RateLimit>,
    rates: Rates,
}

fn main() {
    let limit = PerKey::new(16, ByRegion, || RateLimit::per_second(1));
    let _ = Bank { limit, rates: Rates };
}
