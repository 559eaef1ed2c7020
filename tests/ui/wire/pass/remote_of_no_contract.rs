use catga::Remote;
use catga::prelude::*;
use catga::transport::memory::Memory;
use serde::{Deserialize, Serialize};

#[command(reply = u64)]
#[derive(Serialize, Deserialize)]
pub struct ChargeCard(pub u64);

#[event]
#[derive(Serialize, Deserialize)]
pub struct CardExpired(pub u64);

#[contract]
pub struct PaymentsApi(ChargeCard, #[event] CardExpired);

#[mediator]
pub struct Shop {
    payments: Remote<Memory, PaymentsApi>,
}

pub async fn charge() -> u64 {
    let shop = Shop { payments: Remote::new(Memory::default()) };
    let _told = shop.publish(CardExpired(7)).await;
    shop.send(ChargeCard(7)).await.unwrap_or_default()
}

fn main() {}
