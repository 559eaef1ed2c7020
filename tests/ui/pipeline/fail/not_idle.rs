//! CATGA103: a behavior without a state is kept for each key, at `self.limit`.

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
#[pipeline(self.limit)]
pub struct Bank {
    limit: PerKey<u8, ByOne, Timeout>,
    rates: Rates,
}

fn main() {
    let _ = Bank { limit: PerKey::new(16, ByOne, || Timeout::secs(1)), rates: Rates };
}
