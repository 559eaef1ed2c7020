//! CATGA019: a message that cannot be given to two runs.

use catga::prelude::*;

#[query(reply = u64)]
#[derive(Clone)]
pub struct Rate;

pub struct Payments;

#[handler]
impl Payments {
    fn rate(&self, _query: Rate) -> u64 {
        7
    }
}

#[mediator]
#[pipeline(Hedge::after_millis(50))]
pub struct Shop {
    payments: Payments,
}

fn main() {}
