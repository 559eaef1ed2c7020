//! What went wrong: one [`Error`] for every send, with a stable code, a [`Class`] and a source.
//!
//! - A handler fails with an error of its own, which says by [`Classify`] what may be tried again; in the send's answer it is
//!   [`Error::Handler`], typed as it was.
//! - What stops a message on its way is another variant of [`Error`]: the list of what is not valid about it
//!   ([`Violations`], gathered by [`Checks`] in [`Valid`]), why a policy denied it ([`Denial`]), what a behavior refused
//!   it for ([`Failure`]), or a [`Panic`].
//! - An event's handlers fail each by itself: [`PublishError`] lists them.

mod class;
mod denial;
#[expect(clippy::module_inception, reason = "the noun of this folder is the error itself")]
mod error;
mod failure;
mod panic;
mod publish;
mod text;
mod violation;

#[doc(hidden)]
pub use class::is_error;
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
