//! CATGA001: a handler sends apart what nothing handles, at `Orders`.

use catga::prelude::*;

#[command]
pub struct Place;

#[command]
pub struct Note;

pub struct Orders;

#[handler]
impl Orders {
    async fn place(&self, _: Place, cx: &mut Context<impl Sends<Apart<Note>>>) -> Result<(), Error> {
        cx.send(Apart(Note)).await
    }
}

#[mediator]
pub struct Shop {
    orders: Orders,
}

fn main() {}
