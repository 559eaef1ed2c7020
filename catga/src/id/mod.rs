//! Identity: 64-bit ids that grow with time, and where a mediator gets them from.
//!
//! An [`Id`] is a number in memory and on the wire. [`Ids`] is the port that makes them, behind
//! `#[mediator(ids = self.ids)]`: a [`Snowflake`] with a worker id that is given, its bits laid out by a [`Layout`], or,
//! where nothing is said, random ones.

#[expect(clippy::module_inception, reason = "the noun of this folder is the id itself")]
mod id;
mod layout;
mod snowflake;
mod source;

pub use id::Id;
pub use layout::{Classic, Layout, Parts};
pub use snowflake::{Batch, Snowflake};
#[doc(hidden)]
pub use source::ids_fit;
pub use source::{IdError, Ids, NoIds, RandomIds};
