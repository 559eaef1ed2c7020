use catga::prelude::*;

#[query(reply = u8)]
pub struct Rate;

pub struct User {
    id: u64,
}

pub struct Rates;

#[handler]
impl Rates {
    fn rate(&self, _query: Rate) -> u8 {
        7
    }
}

pub struct ByUser;

impl<M: Message> KeyOf<M, u64, User> for ByUser {
    fn key(&self, _: &M, caller: Option<&User>) -> u64 {
        caller.map_or(0, |user| user.id)
    }
}

#[mediator(extension = User)]
#[pipeline(self.limit)]
pub struct Bank {
    limit: PerKey<u64, ByUser, RateLimit>,
    rates: Rates,
}

fn main() {
    let limit = PerKey::new(16, ByUser, || RateLimit::per_second(1));
    let _ = Bank { limit, rates: Rates };
}
