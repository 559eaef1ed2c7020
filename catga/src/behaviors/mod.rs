//! Behaviors that come with the crate: each a file, each for commands, queries, events and streams
//! unless it says otherwise.
//!
//! | behavior | what it does | entry |
//! |---|---|---|
#![cfg_attr(
    feature = "tracing",
    doc = "| [`Trace`], [`Log`] | a span around the message; an event of `tracing` at its end | constant |"
)]
//! | [`Metrics`] | counts and times messages with a [`Meter`] | over a field |
//! | [`Authorize`], [`AuthorizeAsync`] | asks a [`Policy`], and fails closed | constant, or over a field |
//! | [`Validate`] | refuses what is not valid, with all that is wrong | constant |
//! | [`Timeout`] | ends what takes too long, and sets the deadline inside | constant |
//! | [`Retry`] | runs again what may pass, with full jitter | constant, or over a field: a [`RetryBudget`] |
//! | [`Hedge`] | runs once more beside what is slow | constant |
//! | [`Fallback`] | answers in place of what failed | over a field |
//! | [`CircuitBreaker`] | stops sending to what keeps failing, and tells a [`Watch`] | field |
//! | [`Bulkhead`] | so many at a time, and a bounded line of those that wait | field |
#![cfg_attr(
    feature = "std",
    doc = "| [`RateLimit`], [`Throttle`] | so many in a time; the rest is refused, or waits in a line | field |"
)]
#![cfg_attr(not(feature = "std"), doc = "| [`RateLimit`] | so many in a time; the rest is refused | field |")]
#![cfg_attr(feature = "std", doc = "| [`PerKey`] | a limit, a breaker or a cache for each caller or key | field |")]
#![cfg_attr(feature = "cache", doc = "| [`Cache`] | keeps a query's replies | field |")]
#![cfg_attr(feature = "std", doc = "| [`CatchPanic`] | makes a panic an error of that message | constant |")]
#![cfg_attr(feature = "alloc", doc = "| [`Boxed`] | puts the rest of the chain on the heap | constant |")]
#![cfg_attr(feature = "tower", doc = "| [`tower::Layered`] | a layer of `tower`'s | field |")]
//!
//! From the outermost in, this order serves most: trace, log and metrics; authorize and validate; the timeout of the
//! whole; retry; breaker, bulkhead and rate limit; the transaction; the timeout of one attempt.
#![cfg_attr(
    feature = "std",
    doc = "\n[`AutoBatch`] is no behavior but a field of a handler set: it gathers what many callers ask for one call."
)]

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
#[cfg(feature = "std")]
mod per_key;
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
pub use breaker::{Circuit, CircuitBreaker, FailureRate, Watch};
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
#[cfg(feature = "std")]
pub use per_key::{Idle, IsKey, KeyOf, PerKey};
pub use rate_limit::RateLimit;
#[cfg(feature = "std")]
pub use rate_limit::Throttle;
pub use retry::{Budget, Repeat, Retry, RetryBudget};
pub use timeout::Timeout;
#[cfg(feature = "tracing")]
pub use trace::Trace;
pub use validate::Validate;
