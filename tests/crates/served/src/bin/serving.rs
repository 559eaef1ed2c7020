//! The same, and serves.

use catga::wire::{Whole, respond};
use futures_util::FutureExt as _;
use served::{Books, Library, Looks};

fn main() {
    println!("{}", served::run());
    let (books, library, mut out) = (Books::default(), Library::default(), Whole(Vec::new()));
    assert!(respond::<Books, _, _>(&books, b"none", None, None, &mut out).now_or_never().is_some_and(|done| done.is_err()));
    assert!(respond::<Looks, _, _>(&library, b"none", None, None, &mut out).now_or_never().is_some_and(|done| done.is_err()));
}
