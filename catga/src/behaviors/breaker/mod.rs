//! The circuit breaker: its state in one word, what it counts, the permits it gives, and the calls it guards.

#[expect(clippy::module_inception, reason = "the noun of this folder is the breaker itself")]
mod breaker;
mod future;
mod permit;
mod state;
mod switch;
mod watch;
mod window;

pub use breaker::{Circuit, CircuitBreaker, FailureRate};
pub use watch::Watch;

// Named here once, so that a model checker's may stand in their place.
use portable_atomic::{AtomicU64, Ordering};
