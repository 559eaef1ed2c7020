//! Behaviors that come with the crate: each a file, each for commands, queries, events and streams
//! unless it says otherwise.

mod authorize;
#[cfg(feature = "alloc")]
mod boxed;
mod breaker;
#[cfg(feature = "std")]
mod catch_panic;
mod fallback;
mod hedge;
#[cfg(feature = "tracing")]
mod log;
mod metrics;
mod retry;
mod timeout;
#[cfg(feature = "tower")]
pub mod tower;
#[cfg(feature = "tracing")]
mod trace;
mod validate;

pub use authorize::{AsyncPolicy, Authorize, AuthorizeAsync, Policy};
#[cfg(feature = "alloc")]
pub use boxed::Boxed;
pub use breaker::CircuitBreaker;
#[cfg(feature = "std")]
pub use catch_panic::CatchPanic;
pub use fallback::{Fallback, Recover, Recovered};
pub use hedge::{Double, Hedge};
#[cfg(feature = "tracing")]
pub use log::Log;
pub use metrics::{Ending, Meter, Metrics};
pub use retry::{Repeat, Retry};
pub use timeout::Timeout;
#[cfg(feature = "tracing")]
pub use trace::Trace;
pub use validate::Validate;
