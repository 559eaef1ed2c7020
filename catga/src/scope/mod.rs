//! What a handler is given: a [`Context`] over a [`Scope`], and the capabilities in its bounds.

mod alone;
mod call;
mod capability;
mod context;
mod frame;
mod inside;
mod lends;
mod limit;
mod place;
mod ports;
#[cfg(all(feature = "wire", feature = "store"))]
mod roll;
#[expect(clippy::module_inception, reason = "the noun of this folder is the scope itself")]
mod scope;

pub use alone::Alone;
pub use call::Call;
pub(crate) use call::Origin;
#[doc(hidden)]
pub use capability::Asked;
pub use capability::{Extended, PublishIn, Publishes, SendIn, Sends, Sent, StreamIn, Streams};
pub use context::Context;
pub use frame::Frame;
pub use inside::Inside;
pub(crate) use lends::Lends;
pub(crate) use limit::Limit;
pub(crate) use place::Place;
pub use ports::Mediator;
#[cfg(all(feature = "wire", feature = "store"))]
pub(crate) use roll::{Claimed, Roll};
pub use scope::{Dispatched, Scope};
