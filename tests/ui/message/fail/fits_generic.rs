//! CATGA065: a message says how large it may be, and its parameters decide, at `64`.

use catga::prelude::*;

#[command(fits = 64)]
pub struct Save<T: Send + Sync + 'static>(pub T);

pub struct Files;

#[handler]
impl Files {
    fn save(&self, _: Save<u8>) {}
}

#[mediator]
pub struct Desk {
    files: Files,
}

fn main() {}
