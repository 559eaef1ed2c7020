//! CATGA104: a message of the pipeline has no key, at `self.limit`.

use catga::prelude::*;

#[query(reply = u8)]
pub struct Rate;

#[command]
pub struct Refund {
    account: u64,
}

pub struct Rates;

#[handler]
impl Rates {
    fn rate(&self, _query: Rate) -> u8 {
        7
    }

    fn refund(&self, _command: Refund) {}
}

pub struct ByAccount;

impl KeyOf<Refund, u64> for ByAccount {
    fn key(&self, message: &Refund, _: Option<&()>) -> u64 {
        message.account
    }
}

#[mediator]
#[pipeline(self.limit)]
pub struct Bank {
    limit: PerKey<u64, ByAccount, RateLimit>,
    rates: Rates,
}

fn main() {
    let limit = PerKey::new(16, ByAccount, || RateLimit::per_second(1));
    let _ = Bank { limit, rates: Rates };
}
