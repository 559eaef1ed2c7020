//! CATGA093: a contract with named fields that is served and called, at `PaymentsApi`.

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
pub struct PaymentsApi {
    charge: ChargeCard,
}

pub struct Payments;

#[handler]
impl Payments {
    fn charge(&self, command: ChargeCard) -> u64 {
        command.0
    }

    fn on_expired(&self, _: &CardExpired) {}
}

#[mediator(serves(PaymentsApi))]
pub struct Till {
    payments: Payments,
}

#[mediator]
pub struct Shop {
    payments: Remote<Memory, PaymentsApi>,
}

pub async fn charge(shop: &Shop) -> u64 {
    shop.send(ChargeCard(7)).await.unwrap_or_default()
}

pub async fn serve(till: &Till, stop: &Cancel) {
    let _served = Server::new(Memory::default()).serve::<PaymentsApi, _>(till, stop).await;
}

fn main() {}
