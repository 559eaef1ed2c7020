//! CATGA101, mended.

use catga::prelude::*;
use serde::{Deserialize, Serialize};

#[command(reply = u64)]
#[derive(Serialize, Deserialize)]
struct ChargeCard {
    cents: u64,
}

struct Payments;

#[handler]
impl Payments {
    fn charge(&self, command: ChargeCard) -> u64 {
        command.cents
    }
}

#[mediator(serves)]
struct Bank {
    payments: Payments,
}

fn all(bank: &Bank, stop: &Cancel) {
    let server = Server::new(catga::transport::memory::Memory::default());
    let _serving = server.serve::<Bank, _>(bank, stop);
}

fn main() {}
