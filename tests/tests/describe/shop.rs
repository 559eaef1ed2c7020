//! A mediator with everything that a table shows.

use catga::prelude::*;
use catga_tests::{Mark, Trouble};
use futures_util::{Stream, stream};

#[command(reply = u32, error = Trouble, name = "shop.place", version = 2)]
pub struct PlaceOrder;

#[command(reply = u32, error = Trouble)]
pub struct ChargeCard;

#[query(reply = u32)]
#[derive(Clone)]
pub struct Find;

#[query(stream = u32)]
pub struct ListOrders;

#[command]
pub struct Save<T: Send + Sync + 'static>(pub T);

#[event]
pub struct Placed;

/// Said inside of the bank alone.
#[event]
pub struct Charged;

#[event]
pub struct Shipped;

#[cfg(any())]
#[command]
pub struct Gone;

pub struct Orders<B> {
    pub book: B,
    pub mark: Mark,
}

#[handler]
#[pipeline(Mark("impl"), self.mark, without(Timeout))]
impl<B: Copy + Send + Sync> Orders<B>
where
    u32: From<B>,
{
    #[pipeline(Mark("method"), commands: Mark("own"), queries: Mark("never"))]
    async fn place(
        &self,
        _: PlaceOrder,
        cx: &mut Context<impl Sends<ChargeCard> + Sends<Save<u8>> + Publishes<Placed> + Streams<ListOrders>>,
    ) -> Result<u32, Trouble> {
        cx.send(Save(1_u8)).await.map_err(|_| Trouble::Lost)?;
        cx.publish(Placed).await.map_err(|_| Trouble::Lost)?;
        cx.send(ChargeCard).await.map_err(|_| Trouble::Lost)
    }

    #[pipeline(without(mark, Retry))]
    fn find(&self, _: Find) -> u32 {
        self.book.into()
    }

    fn list(&self, _: ListOrders) -> impl Stream<Item = u32> {
        stream::empty()
    }

    #[cfg(any())]
    fn gone(&self, _: Gone) {}

    async fn on_placed(&self, _: &Placed, cx: &mut Context<impl Publishes<Shipped>>) {
        let _told = cx.publish(Shipped).await;
    }
}

pub struct Shelf<T>(pub std::marker::PhantomData<fn() -> T>);

#[handler]
impl<T: Send + Sync + 'static> Shelf<T> {
    fn save(&self, _: Save<T>) {}
}

pub struct Drawer;

#[handler]
impl Drawer {
    fn save(&self, _: Save<u16>) {}
}

pub struct Payments;

#[handler]
impl Payments {
    async fn charge(&self, _: ChargeCard, cx: &mut Context<impl Publishes<Charged>>) -> Result<u32, Trouble> {
        cx.publish(Charged).await.map_err(|_| Trouble::Lost)?;
        Ok(1)
    }

    fn on_charged(&self, _: &Charged) {}

    fn on_placed(&self, _: &Placed) {}
}

#[mediator(hears(Placed))]
#[pipeline(Mark("bank"))]
pub struct Bank {
    pub payments: Payments,
}

#[mediator(unheard(Shipped))]
#[pipeline(Mark("outer"), queries: Retry::times(3), Timeout::secs(9))]
pub struct Shop<B: Copy + Send + Sync>
where
    u32: From<B>,
{
    #[pipeline(commands: Wrapped(self.marks), without(Retry))]
    pub orders: Orders<B>,
    pub shelf: std::sync::Arc<Shelf<u8>>,
    pub drawer: Drawer,
    #[pipeline(Mark("field"))]
    pub bank: Bank,
    pub marks: Mark,
}

/// Built over a field.
pub struct Wrapped<'m>(pub &'m Mark);

impl<M: Message, S: Dispatched> Behavior<M, S> for Wrapped<'_> {
    async fn around<N: Next<M, S>>(&self, input: M::In<'_>, cx: &mut Context<S>, next: N) -> Outcome<M> {
        self.0.around(input, cx, next).await
    }
}

pub fn shop() -> Shop<u8> {
    Shop {
        orders: Orders { book: 1, mark: Mark("mark") },
        shelf: std::sync::Arc::new(Shelf(std::marker::PhantomData)),
        drawer: Drawer,
        bank: Bank { payments: Payments },
        marks: Mark("wrapped"),
    }
}
