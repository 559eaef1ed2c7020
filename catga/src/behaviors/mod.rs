//! Behaviors that come with the crate: each a file, each for commands, queries, events and streams
//! unless it says otherwise.

#[cfg(feature = "std")]
mod auto_batch;
#[cfg(feature = "alloc")]
mod boxed;
mod breaker;
mod bulkhead;
#[cfg(feature = "cache")]
mod cache;
mod rate_limit;
mod retry;
mod timeout;
#[cfg(feature = "tower")]
pub mod tower;
#[cfg(feature = "tracing")]
mod trace;
mod validate;

#[cfg(feature = "std")]
pub use auto_batch::{Answers, AutoBatch, Batch};
#[cfg(feature = "alloc")]
pub use boxed::Boxed;
pub use breaker::CircuitBreaker;
pub use bulkhead::Bulkhead;
#[cfg(feature = "cache")]
pub use cache::{Cache, Cacheable};
pub use rate_limit::RateLimit;
pub use retry::{Repeat, Retry};
pub use timeout::Timeout;
#[cfg(feature = "tracing")]
pub use trace::Trace;
pub use validate::Validate;
