//! Messages, a handler set and an inner mediator for other crates, where the runtime is called `bus`.

use bus::behaviors::tower::{Gate, Layered};
use bus::prelude::*;
use futures_util::Stream;
use tower::limit::{ConcurrencyLimit, ConcurrencyLimitLayer};

#[command(reply = u8, error = Broken, validate, crate = bus)]
#[derive(Clone)]
pub struct Put {
    pub size: u8,
}

impl Valid for Put {
    fn check(&self, checks: &mut Checks) {
        checks.require("size", self.size > 0, "must be positive");
    }
}

#[derive(Debug, PartialEq, Eq, Classify)]
#[class(permanent, crate = bus)]
pub struct Broken;

impl std::fmt::Display for Broken {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("broken")
    }
}

impl std::error::Error for Broken {}

#[query(stream = u8, crate = bus)]
pub struct List;

#[query(reply = T, crate = ::bus)]
#[derive(Clone)]
pub struct Echo<T>(pub T);

#[event(crate = bus)]
pub struct Was {
    pub size: u8,
}

/// A layer of tower is around its handlers.
pub struct Shelf {
    limit: Layered<ConcurrencyLimit<Gate>>,
}

impl Default for Shelf {
    fn default() -> Self {
        Self { limit: Layered::new(&ConcurrencyLimitLayer::new(1)) }
    }
}

#[handler(export, crate = bus)]
#[pipeline(commands: Retry::times(1), commands: self.limit)]
impl Shelf {
    async fn put(&self, command: Put, cx: &mut Context<impl Publishes<Was>>) -> Result<u8, Broken> {
        cx.publish(Was { size: command.size }).await.map_err(|_| Broken)?;
        if command.size == 9 { Err(Broken) } else { Ok(command.size) }
    }

    fn list(&self, _: List) -> impl Stream<Item = u8> {
        futures_util::stream::iter([1, 2])
    }
}

/// A generic one.
#[derive(Default)]
pub struct Echoes<T>(std::marker::PhantomData<fn() -> T>);

#[handler(export, crate = bus)]
impl<T: Clone + Send + Sync + 'static> Echoes<T> {
    fn echo(&self, query: Echo<T>) -> T {
        query.0
    }
}

/// An inner mediator.
#[mediator(export, crate = bus)]
#[derive(Default)]
pub struct Words {
    pub echoes: Echoes<&'static str>,
}
