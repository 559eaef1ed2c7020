//! CATGA101: all of a mediator that takes no messages as bytes, at `Bank`.

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

#[mediator]
struct Bank {
    payments: Payments,
}

fn all(bank: &Bank, stop: &Cancel) {
    let server = Server::new(catga::transport::memory::Memory::default());
    let _serving = server.serve::<Bank, _>(bank, stop);
}

fn main() {}
