//! CATGA016: the same, and an alias hides the argument. Mended.

use catga::prelude::*;

#[command]
pub struct Save<T>(pub T);

pub struct Notes<T>(std::marker::PhantomData<fn() -> T>);

#[handler]
impl<T: Send + Sync + 'static> Notes<T> {
    fn save(&self, _command: Save<T>) {}
}

pub type Byte = u8;

#[mediator]
pub struct Desk {
    right: Notes<Byte>,
}

fn main() {}
