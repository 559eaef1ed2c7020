//! What went wrong: one [`Error`] for every send, with a stable code, a [`Class`] and a source.

mod class;
mod denial;
#[expect(clippy::module_inception, reason = "the noun of this folder is the error itself")]
mod error;
mod failure;
mod panic;
mod publish;
mod text;
mod violation;

pub use class::{Class, Classify};
pub use denial::Denial;
pub use error::Error;
pub use failure::Failure;
pub use panic::Panic;
#[cfg(feature = "std")]
pub(crate) use panic::caught;
pub use publish::{HandlerFailure, PublishError};
pub use text::Text;
pub use violation::{Checks, Field, FieldPath, Segment, Valid, Violation, Violations};
