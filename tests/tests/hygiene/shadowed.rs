//! A user's module has names of its own for everything that expansions need.

#![allow(dead_code)]

// Modules and types that hide what `core`, `std` and the prelude have.
pub mod core {}
pub mod std {}
pub mod alloc {}
pub mod catga {}
pub mod futures_core {}
pub struct Result;
pub struct Option;
pub struct Ok;
pub struct Err;
pub struct Some;
pub struct None;
pub struct Vec;
pub struct String;
pub struct Box;
pub struct Arc;
pub struct Infallible;
pub struct Outcome;
pub struct Error;
pub struct Failure;
pub struct Message;
pub struct Handler;
pub struct Handles;
pub struct Hears;
pub struct Slot;
pub struct Key;
pub struct Inside;
pub struct Context;
pub struct Scope;
pub struct Mediator;
pub struct Next;
pub struct Pick;
pub struct Command;
pub struct Query;
pub struct Event;
pub struct M;
pub struct S;
pub struct T;
pub struct Tag;
pub trait Send {}
pub trait Sync {}
pub trait Sized {}
pub trait Copy {}
pub trait Future {}
pub trait Stream {}
pub trait Fn {}
pub trait FnOnce {}
#[allow(non_camel_case_types)]
pub struct u64;
#[allow(non_camel_case_types)]
pub struct str;
#[allow(non_camel_case_types)]
pub struct bool;

use ::catga::behaviors::{CircuitBreaker, Timeout, Trace, Validate};
use ::catga::mediator::{Handles as _, Hears as _, Yields as _};
use ::catga::scope::Publishes;

#[::catga::command(reply = u8, error = Bad, validate, trace(size), handled_by = Shop)]
struct Put {
    size: u8,
}

#[derive(Debug, PartialEq, ::catga::Classify)]
#[class(transient)]
enum Bad {
    Size,
}

impl ::core::fmt::Display for Bad {
    fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
        f.write_str("bad")
    }
}

impl ::core::error::Error for Bad {}

impl ::catga::error::Valid for Put {
    fn check(&self, checked: &mut ::catga::error::Checks) {
        checked.require("size", self.size > 0, "must be positive");
    }
}

#[::catga::query(reply = u8)]
struct Get;

#[::catga::query(stream = u8)]
struct List;

#[::catga::event(fan_out = sequential)]
struct Was;

struct Shelf {
    breaker: CircuitBreaker,
}

#[::catga::handler]
#[::catga::pipeline(Validate, self.breaker)]
impl Shelf {
    async fn put(
        &self,
        command: Put,
        place_of_call: &mut ::catga::Context<impl Publishes<Was>>,
    ) -> ::core::result::Result<u8, Bad> {
        match place_of_call.publish(Was).await {
            ::core::result::Result::Ok(()) => ::core::result::Result::Ok(command.size),
            ::core::result::Result::Err(_) => ::core::result::Result::Err(Bad::Size),
        }
    }

    fn get(&self, _: Get) -> u8 {
        7
    }

    fn list(&self, _: List) -> impl ::futures_util::Stream<Item = u8> {
        ::futures_util::stream::iter([1, 2])
    }

    #[::catga::pipeline(Timeout::secs(1))]
    async fn on_was(&self, _: &Was) {}
}

#[::catga::mediator(handles(Put), extension = u8)]
#[::catga::pipeline(Trace, queries: Timeout::secs(1))]
struct Shop {
    shelf: Shelf,
}

#[test]
fn expansions_do_not_see_what_shadows() {
    use ::core::result::Result::Ok as Well;
    use ::futures_util::StreamExt as _;

    let breaker = CircuitBreaker::new(1, ::core::time::Duration::from_secs(1));
    let shop = Shop { shelf: Shelf { breaker } };
    assert!(super::now(shop.send(Put { size: 3 })) == Well(3));
    assert!(super::now(shop.send(Get)) == Well(7));
    assert!(super::now(shop.stream(List).collect::<::std::vec::Vec<_>>()) == [Well(1), Well(2)]);
    assert!(super::now(shop.publish(Was)).is_ok());
}
