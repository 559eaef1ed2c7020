use catga::prelude::*;

#[command(reply = u64)]
pub struct ChargeCard(pub u64);

#[query(reply = u64)]
pub struct Balance;

#[event]
pub struct CardExpired;

pub struct Audit;

impl<M: Message, S: Dispatched> Behavior<M, S> for Audit {
    async fn around<N: Next<M, S>>(&self, input: In<'_, M>, cx: &mut Context<S>, next: N) -> Outcome<M> {
        next.run(input, cx).await
    }
}

pub struct Payments;

#[handler]
impl Payments {
    fn charge(&self, command: ChargeCard) -> u64 {
        command.0
    }

    fn balance(&self, _: Balance) -> u64 {
        0
    }

    fn on_expired(&self, _: &CardExpired) {}
}

#[mediator]
#[pipeline(Trace, Audit)]
pub struct Shop {
    payments: Payments,
}

pub async fn charge(shop: &Shop) -> u64 {
    let _told = shop.publish(CardExpired).await;
    shop.send(ChargeCard(7)).await.unwrap_or_default()
}

fn main() {}
