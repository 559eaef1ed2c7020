//! The behaviors in the box, each alone; `matrix` has them beside every kind of message.

mod authorize;
mod auto_batch;
mod boxed;
mod breaker;
mod bulkhead;
mod cache;
mod catch_panic;
mod fallback;
mod hedge;
mod log;
mod metrics;
mod per_key;
mod rate_limit;
mod retry;
mod retry_budget;
mod subscribed;
mod throttle;
mod timeout;
mod tower;
mod trace;
mod validate;
