use catga::prelude::*;

#[command(critical)]
pub struct ChargeCard;

pub struct OncePerKey;

impl Declares for OncePerKey {
    const IDEMPOTENT: bool = true;
}

impl<M: Message, S: Dispatched> Behavior<M, S> for OncePerKey {
    async fn around<N: Next<M, S>>(&self, input: M::In<'_>, cx: &mut Context<S>, next: N) -> Outcome<M> {
        next.run(input, cx).await
    }
}

pub struct Payments;

#[handler]
impl Payments {
    #[pipeline(without(Timeout))]
    async fn charge(&self, _command: ChargeCard) {}
}

#[mediator]
#[pipeline(Timeout::secs(1), OncePerKey)]
pub struct Shop {
    payments: Payments,
}

fn main() {}
