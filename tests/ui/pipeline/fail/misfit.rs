//! CATGA008: a behavior that is for another message, at `Audit`.

use catga::prelude::*;

#[query(reply = u64)]
pub struct Rate;

#[command]
pub struct Refund;

/// For commands of one kind only.
pub struct Audit;

impl<S: Dispatched> Behavior<Refund, S> for Audit {
    async fn around<N: Next<Refund, S>>(&self, input: In<'_, Refund>, cx: &mut Context<S>, next: N) -> Outcome<Refund> {
        next.run(input, cx).await
    }
}

pub struct Payments;

#[handler]
impl Payments {
    #[pipeline(Audit)]
    fn rate(&self, _query: Rate) -> u64 {
        7
    }

    #[pipeline(Audit)]
    fn refund(&self, _command: Refund) {}
}

#[mediator]
pub struct Shop {
    payments: Payments,
}

fn main() {}
