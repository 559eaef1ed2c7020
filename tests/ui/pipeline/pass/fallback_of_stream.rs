//! CATGA086: a stream has no answer that another could stand for.

use catga::prelude::*;

#[query(stream = u64)]
pub struct Rates;

#[query(reply = u64)]
pub struct Rate;

pub struct LastRate(pub u64);

impl<M: Message<Reply = u64>> Recover<M> for LastRate {
    type Kept = ();

    fn keep(&self, _: &M) {}

    async fn recover(&self, (): (), _: Error<M::Error>) -> Outcome<M> {
        Ok(self.0)
    }
}

pub struct Payments;

#[handler]
impl Payments {
    #[pipeline(without(Fallback))]
    fn rates(&self, _query: Rates) -> impl futures_util::Stream<Item = u64> {
        futures_util::stream::iter([7])
    }

    fn rate(&self, _query: Rate) -> u64 {
        7
    }
}

#[mediator]
#[pipeline(Fallback(LastRate(7)))]
pub struct Shop {
    payments: Payments,
}

fn main() {}
