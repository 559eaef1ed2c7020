//! What a handler is given: a [`Context`] over a [`Scope`], and the capabilities in its bounds.
//!
//! | bound | what it allows |
//! |---|---|
//! | [`Sends<M>`](Sends) | `cx.send(message)`: a command or a query, answered where it is sent |
//! | [`Sends<Apart<M>>`](Apart) | the same, apart from the transaction around |
//! | [`Publishes<E>`](Publishes) | `cx.publish(event)` |
//! | [`Streams<Q>`](Streams) | `cx.stream(query)` |
//! | [`Extended<X>`](Extended) | `cx.extension()`: what the caller sent along |
#![cfg_attr(
    all(feature = "wire", feature = "store"),
    doc = "| [`Within<D>`](crate::delivery::Within) | `cx.tx()`: the transaction of a store |"
)]
#![cfg_attr(
    all(feature = "wire", feature = "store"),
    doc = "| [`Enqueues<M>`](crate::delivery::Enqueues) | `cx.enqueue(command)`: one way, with the commit |"
)]
//! | [`Scope`] | nothing but the context itself: ids, deadline, cancellation |
//!
//! What a caller sends along with a message is a [`Call`]. A [`Mediator`] has the ports: clock, timer, chance, ids.

mod alone;
mod apart;
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
pub use apart::Apart;
pub use call::Call;
pub(crate) use call::Origin;
#[doc(hidden)]
pub use capability::Answerable;
#[cfg(all(feature = "wire", feature = "store"))]
pub(crate) use capability::AsValue;
pub use capability::{Extended, PublishIn, Publishes, SendIn, Sends, Sent, StreamIn, Streams};
pub use context::Context;
pub use frame::Frame;
pub use inside::Inside;
pub(crate) use lends::Lends;
pub(crate) use limit::Limit;
pub(crate) use place::Place;
pub use ports::Mediator;
#[cfg(all(feature = "wire", feature = "store"))]
pub(crate) use roll::{By, Claimed, Entry, Roll};
pub use scope::{Dispatched, Scope};
