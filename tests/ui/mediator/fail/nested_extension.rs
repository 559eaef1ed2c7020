//! CATGA048: an inner mediator has an extension that the outer one lacks, at `Billing`.

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

#[mediator(nested, extension = Tenant)]
pub struct Billing {
    rates: Rates,
}

#[mediator]
pub struct Shop {
    billing: Billing,
}

fn main() {}
