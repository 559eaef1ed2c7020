//! CATGA019: a message that cannot be given to two runs, at `Hedge`.

use catga::prelude::*;

// Not `Clone`.
#[query(reply = u64)]
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
