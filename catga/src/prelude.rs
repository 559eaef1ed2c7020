//! Everything that a user's file needs: `use catga::prelude::*;`.

#[cfg(feature = "alloc")]
pub use crate::behaviors::Boxed;
#[cfg(feature = "cache")]
pub use crate::behaviors::Cache;
#[cfg(feature = "std")]
pub use crate::behaviors::{Answers, AutoBatch, Batch, CatchPanic, KeyOf, PerKey, Throttle};
pub use crate::behaviors::{
    AsyncPolicy, Authorize, AuthorizeAsync, Bulkhead, CircuitBreaker, Ending, FailureRate, Fallback, Hedge, Meter,
    Metrics, Policy, RateLimit, Recover, Retry, Timeout, Validate,
};
#[cfg(feature = "tracing")]
pub use crate::behaviors::{Log, Trace};
#[cfg(feature = "wire")]
pub use crate::codec::Postcard;
#[cfg(feature = "wire")]
pub use crate::contract::Contract;
#[cfg(feature = "wire")]
pub use crate::delivery::{Consumer, Inbox};
#[cfg(all(feature = "wire", feature = "store"))]
pub use crate::delivery::{Effect, Enqueues, Fenced, Idempotent, Lock, Relay, StoreInbox, Transactional, Within};
pub use crate::describe::Described;
pub use crate::error::{Checks, Class, Denial, Error, Failure, PublishError, Valid, Violation, Violations};
pub use crate::mediator::{Handles, Hears, Yields};
pub use crate::message::{In, Message, Outcome};
pub use crate::pipeline::{Behavior, ChangesScope, Declares, Enters, Next};
pub use crate::scope::{Apart, Call, Context, Dispatched, Extended, Mediator, Publishes, Scope, Sends, Streams};
pub use crate::time::{Cancel, Clock, Timer};
#[cfg(feature = "wire")]
pub use crate::wire::Server;
pub use crate::{Classify, command, contract, event, handler, mediator, pipeline, query};
