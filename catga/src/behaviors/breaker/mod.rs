//! The circuit breaker: its state in one word, the permits it gives, and the calls it guards.

#[expect(clippy::module_inception, reason = "the noun of this folder is the breaker itself")]
mod breaker;
mod future;
mod permit;
mod state;

pub use breaker::CircuitBreaker;
