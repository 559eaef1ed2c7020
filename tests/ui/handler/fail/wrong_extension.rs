//! CATGA014: a handler reads an extension that the mediator does not have, at `Rates`.

use catga::prelude::*;

#[query(reply = u64)]
pub struct Rate;

pub struct Tenant(pub u64);

pub struct Rates;

#[handler]
impl Rates {
    async fn rate(&self, _query: Rate, cx: &mut Context<impl Extended<Tenant>>) -> u64 {
        cx.extension().map_or(1, |tenant| tenant.0)
    }
}

#[mediator]
pub struct Shop {
    rates: Rates,
}

async fn rate(shop: &Shop) {
    let _ = shop.send(Rate).await;
}

fn main() {}
