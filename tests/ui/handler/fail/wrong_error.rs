//! CATGA006: a handler fails although its contract names no error, at `Result`.

use catga::prelude::*;

#[derive(Debug, Classify)]
pub struct Declined;

impl std::fmt::Display for Declined {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("declined")
    }
}

impl std::error::Error for Declined {}

#[command(reply = u64)]
pub struct ChargeCard(pub u64);

pub struct Payments;

#[handler]
impl Payments {
    async fn charge(&self, command: ChargeCard) -> Result<u64, Declined> {
        if command.0 == 0 { Err(Declined) } else { Ok(command.0) }
    }
}

#[mediator]
pub struct Shop {
    payments: Payments,
}

fn main() {}
