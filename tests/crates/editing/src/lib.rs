//! A shop in an editor.

use catga::prelude::*;

/// Places an order.
#[command(reply = Receipt)]
pub struct PlaceOrder {
    /// What it comes to.
    pub cents: u64,
}

/// Says what was paid.
pub struct Receipt(pub u64);

/// An order was placed.
#[event]
pub struct OrderPlaced;

/// Keeps the book.
pub struct Orders {
    /// Opens when the book is away.
    pub breaker: CircuitBreaker,
}

#[handler]
#[pipeline(self.breaker, Inner)]
impl Orders {
    /// Writes it down.
    #[pipeline(Innermost::new())]
    pub async fn place(&self, command: PlaceOrder, cx: &mut Context<impl Publishes<OrderPlaced>>) -> Receipt {
        let _told = cx.publish(OrderPlaced).await;
        Receipt(command.cents)
    }

    /// Tells the guests.
    pub fn on_placed(&self, _event: &OrderPlaced) {}
}

macro_rules! passes {
    ($name:ty) => {
        impl<M: Message, S: Dispatched> Behavior<M, S> for $name {
            async fn around<N: Next<M, S>>(&self, input: M::In<'_>, cx: &mut Context<S>, next: N) -> Outcome<M> {
                next.run(input, cx).await
            }
        }
    };
}

/// Passes on.
pub struct Pass;

/// Passes on inside of that.
pub struct Inner;

/// Passes on inside of all.
pub struct Innermost;

impl Innermost {
    /// Makes one.
    pub const fn new() -> Self {
        Self
    }
}

passes!(Pass);
passes!(Inner);
passes!(Innermost);

/// The whole shop.
#[mediator]
#[pipeline(Pass, self.gate)]
pub struct Shop {
    /// Everything about orders.
    #[pipeline(commands: Inner)]
    pub orders: Orders,
    /// Closed at night.
    pub gate: CircuitBreaker,
}

pub async fn through_the_shop(shop: &Shop) -> Outcome<PlaceOrder> {
    shop.send(PlaceOrder { cents: 1 }).await
}

pub fn of_the_shop(shop: &Shop) -> &CircuitBreaker {
    &shop.orders.breaker
}

#[cfg(test)]
mod tests {
    use super::{Orders, PlaceOrder, Receipt, Shop};
    use catga::prelude::*;

    pub async fn by_itself(orders: &Orders, shop: &Shop) -> Receipt {
        orders.place(PlaceOrder { cents: 2 }, &mut shop.context()).await
    }
}
