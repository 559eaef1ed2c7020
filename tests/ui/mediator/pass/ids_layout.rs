//! CATGA012: ids of 64 bits, and the highest is a sign. Mended.

use catga::id::{Layout, Snowflake};
use catga::prelude::*;

pub struct Wide;

impl Layout for Wide {
    const TIME_BITS: u32 = 42;
    const WORKER_BITS: u32 = 9;
    const SEQUENCE_BITS: u32 = 12;
    const EPOCH_MS: u64 = 1_735_689_600_000;
}

#[command(reply = u64)]
pub struct ChargeCard(pub u64);

pub struct Payments;

#[handler]
impl Payments {
    fn charge(&self, command: ChargeCard) -> u64 {
        command.0
    }
}

#[mediator(ids = self.numbers)]
pub struct Shop {
    payments: Payments,
    numbers: Snowflake<Wide>,
}

fn main() {}
