//! CATGA085: a message that no policy speaks of.

use catga::prelude::*;

#[command]
pub struct Refund;

#[query(reply = u64)]
pub struct Rate;

pub struct Rules;

impl Policy<Refund> for Rules {
    fn check(&self, _: &Refund, caller: Option<&()>) -> Result<(), Denial> {
        caller.copied().ok_or_else(Denial::new)
    }
}

impl Policy<Rate> for Rules {
    fn check(&self, _: &Rate, _: Option<&()>) -> Result<(), Denial> {
        Ok(())
    }
}

pub struct Payments;

#[handler]
impl Payments {
    fn refund(&self, _command: Refund) {}

    fn rate(&self, _query: Rate) -> u64 {
        7
    }
}

#[mediator]
#[pipeline(Authorize(self.rules))]
pub struct Shop {
    rules: Rules,
    payments: Payments,
}

fn main() {}
