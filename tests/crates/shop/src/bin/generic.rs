//! One generic handler set of another crate, twice in a mediator, of two types.

use catga::prelude::*;
use futures_util::FutureExt;
use messages::Save;
use orders::Notes;

#[mediator]
struct Desk {
    texts: Notes<String>,
    numbers: Notes<u32>,
}

fn main() {
    let desk = Desk { texts: Notes::default(), numbers: Notes::default() };
    assert_eq!(desk.send(Save("a".to_owned())).now_or_never(), Some(Ok(1)));
    assert_eq!(desk.send(Save(1_u32)).now_or_never(), Some(Ok(1)));
    assert_eq!(desk.send(Save(2_u32)).now_or_never(), Some(Ok(2)));
    println!("generic: all answers are right");
}
