use std::future::Future;
use std::marker::PhantomData;
use std::sync::atomic::AtomicU64;
use std::time::Duration;

use catga::prelude::*;

use crate::row::{Case, Row};
use crate::work;
use crate::work::{out_of_line, seed};

pub(super) fn rows() -> Vec<Row> {
    vec![
        Row::of::<Sent<Tracing>>(),
        Row::of::<Sent<Validating>>(),
        Row::of::<Sent<Limited>>(),
        Row::of::<Sent<Retrying>>(),
        Row::of::<Sent<Breaking>>(),
        Row::of::<Sent<Production>>(),
    ]
}

#[query(reply = u64, validate)]
#[derive(Clone)]
struct Find {
    q: u64,
}

impl Valid for Find {
    fn check(&self, checks: &mut Checks) {
        checks.require("q", self.q != u64::MAX, "must be below the largest");
    }
}

struct Desk {
    seed: AtomicU64,
}

impl Default for Desk {
    fn default() -> Self {
        let desk = Self { seed: seed() };
        out_of_line(desk.find(Find { q: 0 }));
        desk
    }
}

#[handler]
impl Desk {
    async fn find(&self, query: Find) -> u64 {
        work!(self.seed, query.q)
    }
}

fn breaker() -> CircuitBreaker {
    CircuitBreaker::new(5, Duration::from_secs(30))
}

/// Everything that a service has around its handlers; tracing is compiled in, and nobody listens.
#[mediator]
#[pipeline(Trace, Validate, Timeout::secs(2), Retry::times(3), self.breaker)]
struct Production {
    desk: Desk,
    breaker: CircuitBreaker,
}

impl Default for Production {
    fn default() -> Self {
        Self { desk: Desk::default(), breaker: breaker() }
    }
}

#[mediator]
#[pipeline(Trace)]
#[derive(Default)]
struct Tracing {
    desk: Desk,
}

#[mediator]
#[pipeline(Validate)]
#[derive(Default)]
struct Validating {
    desk: Desk,
}

#[mediator]
#[pipeline(Timeout::secs(2))]
#[derive(Default)]
struct Limited {
    desk: Desk,
}

#[mediator]
#[pipeline(Retry::times(3))]
#[derive(Default)]
struct Retrying {
    desk: Desk,
}

#[mediator]
#[pipeline(self.breaker)]
struct Breaking {
    desk: Desk,
    breaker: CircuitBreaker,
}

impl Default for Breaking {
    fn default() -> Self {
        Self { desk: Desk::default(), breaker: breaker() }
    }
}

trait Named: Default + 'static {
    const NAME: &'static str;
}

macro_rules! name {
    ($($mediator:ident: $name:literal)*) => {$(
        impl Named for $mediator {
            const NAME: &'static str = $name;
        }
    )*};
}

name! {
    Production: "catga, production"
    Tracing: "catga, Trace"
    Validating: "catga, Validate"
    Limited: "catga, Timeout"
    Retrying: "catga, Retry"
    Breaking: "catga, CircuitBreaker"
}

struct Sent<A>(PhantomData<A>);

impl<A: Named + Handles<Find>> Case for Sent<A> {
    const NAME: &'static str = A::NAME;
    type App = A;
    type Output = Outcome<Find>;

    fn app() -> A {
        A::default()
    }

    fn future(app: &A, q: u64) -> impl Future<Output = Outcome<Find>> {
        app.send(Find { q })
    }

    fn answer(output: Outcome<Find>) -> u64 {
        output.unwrap_or(0)
    }
}
