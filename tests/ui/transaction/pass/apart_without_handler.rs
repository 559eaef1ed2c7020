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

pub struct Notes;

#[handler]
impl Notes {
    fn note(&self, _: Note) {}
}

#[mediator]
pub struct Shop {
    orders: Orders,
    notes: Notes,
}

fn main() {}
