//! What a scenario is, how it is run, and what it takes to drive the futures in it.

use std::future::Future;
use std::pin::pin;
use std::task::{Context, Waker};

use catga::store::{ErrorKind, StoreError};

use crate::engines::Make;

/// A scenario: the number of its matter, where it has one, and what it says.
pub struct Scenario {
    pub name: &'static str,
    pub run: fn(Make<'_>),
}

macro_rules! scenarios {
    ($($name:ident,)*) => {
        pub const SCENARIOS: &[$crate::suite::Scenario] =
            &[$($crate::suite::Scenario { name: stringify!($name), run: $name },)*];
    };
}
pub(crate) use scenarios;

/// Runs all, and says how many there were.
pub fn run(scenarios: impl Iterator<Item = &'static Scenario>, make: Make<'_>) -> usize {
    scenarios.inspect(|scenario| println!("{}", scenario.name)).map(|scenario| (scenario.run)(make)).count()
}

pub fn block_on<F: Future>(future: F) -> F::Output {
    tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap().block_on(future)
}

pub fn kind<T>(outcome: Result<T, StoreError>) -> Option<ErrorKind> {
    outcome.err().map(|error| error.kind())
}

pub fn poll<F: Future + Unpin>(future: &mut F) -> std::task::Poll<F::Output> {
    // Without tokio's budget: a test polls as often as it likes, and yields to nobody.
    pin!(tokio::task::unconstrained(future)).poll(&mut Context::from_waker(Waker::noop()))
}
