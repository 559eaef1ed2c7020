//! CATGA002: a capability to publish what is no message. Mended.

use catga::prelude::*;

#[command(reply = u64)]
pub struct PlaceOrder;

#[command]
pub struct Audit;

pub struct Receipt(pub u64);

pub struct Orders;

#[handler]
impl Orders {
    async fn place(&self, _: PlaceOrder, cx: &mut Context<impl Sends<Audit>>) -> u64 {
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
