//! CATGA108: a remote over what is no transport, at `Remote<Cable, PaymentsApi>`.

use catga::Remote;
use catga::prelude::*;
use serde::{Deserialize, Serialize};

#[command(reply = u64)]
#[derive(Serialize, Deserialize)]
pub struct ChargeCard(pub u64);

#[event]
#[derive(Serialize, Deserialize)]
pub struct CardExpired(pub u64);

/// Not a transport.
pub struct Cable;

#[contract]
pub struct PaymentsApi(ChargeCard, #[event] CardExpired);

#[mediator]
pub struct Shop {
    payments: Remote<Cable, PaymentsApi>,
}

pub async fn charge() -> u64 {
    let shop = Shop { payments: Remote::new(Cable) };
    let _told = shop.publish(CardExpired(7)).await;
    shop.send(ChargeCard(7)).await.unwrap_or_default()
}

fn main() {}
