//! CATGA093: a remote of a handler set, at `Remote<Memory, Payments>`.

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
    payments: Remote<Memory, Payments>,
}

pub async fn charge(shop: &Shop) -> u64 {
    shop.send(ChargeCard(7)).await.unwrap_or_default()
}

pub async fn serve(till: &Till, stop: &Cancel) {
    let _served = Server::new(Memory::default()).serve::<PaymentsApi, _>(till, stop).await;
}

fn main() {}
