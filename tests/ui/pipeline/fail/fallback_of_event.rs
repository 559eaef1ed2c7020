//! CATGA086: an event has no answer that another could stand for, at `Fallback`.

use catga::prelude::*;

#[event]
pub struct Refunded;

#[query(reply = u64)]
pub struct Rate;

pub struct LastRate(pub u64);

impl Recover<Rate> for LastRate {
    type Kept = ();

    fn keep(&self, _: &Rate) {}

    async fn recover(&self, (): (), _: Error) -> Outcome<Rate> {
        Ok(self.0)
    }
}

pub struct Payments;

#[handler]
impl Payments {
    fn on_refunded(&self, _event: &Refunded) {}

    fn rate(&self, _query: Rate) -> u64 {
        7
    }
}

#[mediator]
#[pipeline(Fallback(LastRate(7)))]
pub struct Shop {
    payments: Payments,
}

fn main() {}
