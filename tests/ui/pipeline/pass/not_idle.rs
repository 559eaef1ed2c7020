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

pub struct ByOne;

impl<M: Message> KeyOf<M, u8> for ByOne {
    fn key(&self, _: &M, _: Option<&()>) -> u8 {
        1
    }
}

#[mediator]
#[pipeline(Timeout::secs(1), self.limit)]
pub struct Bank {
    limit: PerKey<u8, ByOne, Bulkhead>,
    rates: Rates,
}

fn main() {
    let _ = Bank { limit: PerKey::new(16, ByOne, || Bulkhead::refusing(1)), rates: Rates };
}
