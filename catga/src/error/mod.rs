//! What went wrong: one [`Error`] for every send, with a stable code, a [`Class`] and a source.

mod class;
#[expect(clippy::module_inception, reason = "the noun of this folder is the error itself")]
mod error;
mod failure;
mod panic;
mod publish;
mod violation;

pub use class::{Class, Classify};
pub use error::Error;
pub use failure::Failure;
pub use panic::Panic;
pub use publish::{HandlerFailure, PublishError};
pub use violation::{Checks, FieldPath, Segment, Valid, Violation, Violations};
