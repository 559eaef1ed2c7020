//! CATGA002: a capability to publish what is no message, at `Receipt`.

use catga::prelude::*;

#[command(reply = u64)]
pub struct PlaceOrder;

#[command]
pub struct Audit;

pub struct Receipt(pub u64);

pub struct Orders;

#[handler]
impl Orders {
    async fn place(&self, _: PlaceOrder, cx: &mut Context<impl Publishes<Receipt> + Sends<Audit>>) -> u64 {
        let _sent = cx.publish(Receipt(7)).await;
        let _audited = cx.send(Audit).await;
        7
    }

    fn print(&self, _: Audit) {}
}

#[mediator]
pub struct Shop {
    orders: Orders,
    printer: Printer,
}

pub struct Printer;

#[handler]
impl Printer {
    fn nothing(&self, _: Nothing) {}
}

#[command]
pub struct Nothing;

fn main() {}
