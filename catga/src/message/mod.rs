//! Messages: what `#[command]`, `#[query]` and `#[event]` implement.

mod info;
mod key;
mod kind;
#[expect(clippy::module_inception, reason = "the noun of this folder is the message itself")]
mod message;
mod never;

pub use info::MessageInfo;
pub use key::{Key, Named, hash};
pub use kind::{Answers, Command, Event, Kind, Query, Stream};
pub use message::{FanOut, In, Message, Outcome, RowOf, Rows};
pub use never::{Never, NeverEvent, NeverRows};
#[cfg(feature = "tracing")]
pub use info::TraceIds;
