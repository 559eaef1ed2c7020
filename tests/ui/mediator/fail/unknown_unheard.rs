//! CATGA058: a mediator lets an event be unheard that there is not, at `Refundd`.

use catga::prelude::*;

#[event]
pub struct Refunded;

#[query(reply = u64)]
pub struct Count;

pub struct Counts;

#[handler]
impl Counts {
    fn count(&self, _: Count) -> u64 {
        7
    }
}

#[mediator(unheard(Refundd))]
pub struct Shop {
    counts: Counts,
}

pub async fn tell(shop: &Shop) {
    let _counted = shop.send(Count).await;
}

fn main() {}
