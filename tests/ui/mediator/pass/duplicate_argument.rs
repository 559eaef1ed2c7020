//! CATGA016: a generic handler set stands twice with one argument. Mended.

use catga::prelude::*;

#[command]
pub struct Save<T>(pub T);

pub struct Notes<T>(std::marker::PhantomData<fn() -> T>);

#[handler]
impl<T: Send + Sync + 'static> Notes<T> {
    fn save(&self, _command: Save<T>) {}
}

#[mediator]
pub struct Desk {
    left: Notes<u8>,
    right: Notes<u16>,
}

fn main() {}
