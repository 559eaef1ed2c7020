//! Messages: what [`command`](macro@crate::command), [`query`](macro@crate::query) and
//! [`event`](macro@crate::event) implement.
//!
//! A user names little of it: [`Message`] and [`Outcome`] in a behavior, [`MessageInfo`] where names are read.

pub(crate) mod fnv;
mod info;
mod key;
mod kind;
#[expect(clippy::module_inception, reason = "the noun of this folder is the message itself")]
mod message;
mod never;
mod on_wire;
mod qos;
mod sentence;
mod travels;
mod wire;

pub use info::MessageInfo;
#[cfg(feature = "tracing")]
pub use info::TraceIds;
pub use key::{Called, Key, hash};
#[doc(hidden)]
pub use kind::Taken;
pub use kind::{Command, Event, Kind, Query, Replies, Stream};
pub use message::{FanOut, In, Message, Outcome, RowOf, Rows};
pub use never::{Never, NeverEvent, NeverRows};
pub use on_wire::{ByDefault, ByKey, Faultless, Faulty, First, OnWire, Unkeyed, Unsent, Wire};
pub use qos::Qos;
pub(crate) use sentence::Sentence;
pub use travels::Travels;
#[cfg(feature = "wire")]
pub(crate) use wire::collision;
#[doc(hidden)]
pub use wire::{critical, distinct, is_critical, number, ridden, wire};
pub(crate) use wire::{is_repeatable, kind_bit};
