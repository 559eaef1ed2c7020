//! The runtime under another name.

use bus::prelude::*;
use futures_util::{FutureExt, StreamExt};

#[command(reply = u8, error = Lost, validate, trace(size), idempotent, crate = bus)]
#[derive(Clone)]
struct Put {
    size: u8,
}

impl Valid for Put {
    fn check(&self, checks: &mut Checks) {
        checks.require("size", self.size > 0, "must be positive");
    }
}

#[derive(Debug, PartialEq, Eq, Classify)]
#[class(transient, code = "lost", crate = ::bus)]
struct Lost;

impl std::fmt::Display for Lost {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("lost")
    }
}

impl std::error::Error for Lost {}

#[query(reply = u8, handled_by = Store, crate = ::bus)]
#[derive(Clone)]
struct Get;

#[query(stream = u8, crate = bus)]
struct List;

#[event(fan_out = sequential, crate = bus)]
struct Was;

#[event(crate = bus)]
struct Unheard;

struct Shelf {
    breaker: CircuitBreaker,
}

#[handler(crate = bus)]
#[pipeline(self.breaker)]
impl Shelf {
    #[pipeline(Timeout::secs(1))]
    async fn put(&self, command: Put, cx: &mut Context<impl Publishes<Was>>) -> Result<u8, Lost> {
        cx.publish(Was).await.map_err(|_| Lost)?;
        Ok(command.size)
    }

    fn get(&self, _: Get) -> u8 {
        7
    }

    fn list(&self, _: List) -> impl bus::__private::Stream<Item = u8> {
        futures_util::stream::iter([1, 2])
    }

    fn on_was(&self, _: &Was) {}
}

#[mediator(handles(Put), unheard(Unheard), hears(Was), clock = self.clock, extension = u8, crate = bus)]
#[pipeline(Trace, Validate, queries: Retry::times(1))]
struct Store {
    shelf: Shelf,
    clock: bus::time::SystemClock,
}

#[mediator(extension = u8, crate = bus)]
struct Outer {
    store: Store,
}

fn main() {
    let breaker = CircuitBreaker::new(1, std::time::Duration::from_secs(1));
    let outer = Outer { store: Store { shelf: Shelf { breaker }, clock: bus::time::SystemClock } };
    assert_eq!(outer.send(Put { size: 3 }).now_or_never(), Some(Ok(3)));
    assert!(matches!(outer.send(Put { size: 0 }).now_or_never(), Some(Err(Error::Invalid(_)))));
    assert_eq!(outer.send(Get).now_or_never(), Some(Ok(7)));
    assert_eq!(outer.stream(List).collect::<Vec<_>>().now_or_never(), Some(vec![Ok(1), Ok(2)]));
    assert!(outer.publish(Was).now_or_never().unwrap().is_ok());
    assert!(outer.store.publish(Unheard).now_or_never().unwrap().is_ok());
    assert_eq!((Lost.class(), Lost.code()), (Class::Transient, "lost"));
    println!("renamed: all answers are right");
}
