//! Behaviors that come with the crate: each a file, each for commands, queries, events and streams
//! unless it says otherwise.

mod authorize;
#[cfg(feature = "std")]
mod auto_batch;
#[cfg(feature = "alloc")]
mod boxed;
mod breaker;
mod bulkhead;
#[cfg(feature = "cache")]
mod cache;
#[cfg(feature = "std")]
mod catch_panic;
mod fallback;
mod hedge;
#[cfg(feature = "tracing")]
mod log;
mod metrics;
mod rate_limit;
mod retry;
mod timeout;
#[cfg(feature = "tower")]
pub mod tower;
#[cfg(feature = "tracing")]
mod trace;
mod validate;

pub use authorize::{AsyncPolicy, Authorize, AuthorizeAsync, Policy};
#[cfg(feature = "std")]
pub use auto_batch::{Answers, AutoBatch, Batch, Batchable};
#[cfg(feature = "alloc")]
pub use boxed::Boxed;
pub use breaker::CircuitBreaker;
pub use bulkhead::Bulkhead;
#[cfg(feature = "cache")]
pub use cache::{Cache, Cacheable};
#[cfg(feature = "std")]
pub use catch_panic::CatchPanic;
pub use fallback::{Fallback, Recover, Recovered};
pub use hedge::{Double, Hedge};
#[cfg(feature = "tracing")]
pub use log::Log;
pub use metrics::{Ending, Meter, Metrics};
pub use rate_limit::RateLimit;
#[cfg(feature = "std")]
pub use rate_limit::Throttle;
pub use retry::{Repeat, Retry};
pub use timeout::Timeout;
#[cfg(feature = "tracing")]
pub use trace::Trace;
pub use validate::Validate;
