//! What an expansion binds is not what the user's constants of the same name are.

#![allow(non_upper_case_globals)]

use catga::prelude::*;
use futures_util::FutureExt;

const answer: u8 = 1;
const chain: u8 = 2;
const checks: u8 = 3;
const cx: u8 = 4;
const event: u8 = 5;
const input: u8 = 6;
const message: u8 = 7;
const place: u8 = 8;
const query: u8 = 9;
const ticket: u8 = 10;

#[command(reply = u8, validate, trace(size))]
struct Put {
    size: u8,
}

impl Valid for Put {
    fn check(&self, found: &mut Checks) {
        found.require("size", self.size > 0, "must be positive");
    }
}

#[query(stream = u8)]
struct List;

#[event]
struct Was;

struct Shelf;

#[handler]
#[pipeline(Validate)]
impl Shelf {
    async fn put(&self, command: Put, at: &mut Context<impl Publishes<Was>>) -> u8 {
        at.publish(Was).await.map_or(0, |()| command.size + answer + chain + checks + cx + event)
    }

    fn list(&self, _: List) -> impl futures_util::Stream<Item = u8> {
        futures_util::stream::iter([input, message, place, query, ticket])
    }

    fn on_was(&self, _: &Was) {}
}

#[mediator]
#[pipeline(Trace)]
struct App {
    shelf: Shelf,
}

#[test]
fn constants_are_not_bound() {
    let app = App { shelf: Shelf };
    assert_eq!(app.send(Put { size: 1 }).now_or_never(), Some(Ok(16)));
    use futures_util::StreamExt as _;
    assert_eq!(app.stream(List).count().now_or_never(), Some(5));
}
