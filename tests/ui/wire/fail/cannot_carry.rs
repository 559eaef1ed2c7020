//! CATGA097: a transport that cannot ask, for a contract with a command, at `Remote<Pipe, PaymentsApi>`.

use catga::Remote;
use catga::prelude::*;
use catga::transport::{Capabilities, Leftover, Transport};
use serde::{Deserialize, Serialize};

/// Carries nothing.
struct Pipe;

impl Transport for Pipe {
    const CAPABILITIES: Capabilities = Capabilities::NONE;

    async fn close(&self, _: std::time::Duration) -> Leftover {
        Leftover::default()
    }
}

#[command(reply = u64)]
#[derive(Serialize, Deserialize)]
struct ChargeCard {
    cents: u64,
}

#[contract]
struct PaymentsApi(ChargeCard);

#[mediator]
struct Shop {
    payments: Remote<Pipe, PaymentsApi>,
}

fn main() {}
