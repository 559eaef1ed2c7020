//! Time and chance as ports: a clock, a timer, randomness, and cancellation.
//!
//! Nothing in this crate reads a clock, sleeps or draws a number except through these.

pub(crate) mod backoff;
mod cancel;
mod clock;
mod instant;
mod random;
mod timer;

pub use cancel::Cancel;
#[cfg(feature = "std")]
pub use cancel::Cancelled;
#[cfg(feature = "std")]
pub use clock::SystemClock;
pub use clock::{Clock, NoClock};
pub use instant::Instant;
pub(crate) use instant::nanos;
#[cfg(feature = "std")]
pub use random::SystemRandom;
pub use random::{NoRandom, Random};
#[cfg(feature = "tokio")]
pub use timer::TokioTimer;
pub use timer::{NoTimer, Timer};
