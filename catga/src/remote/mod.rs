//! A contract whose messages another process handles, as a handler set: `Remote<Unix, PaymentsApi>`.

mod answer;
mod ask;
mod crosses;
#[expect(clippy::module_inception, reason = "the noun of this folder is the remote itself")]
mod remote;
pub(crate) mod request;
mod rows;
mod tell;
mod unread;

pub use crosses::Crosses;
pub use remote::Remote;
pub use unread::UnreadAnswer;

/// Hands the slots of its contract over to a mediator.
#[doc(hidden)]
#[macro_export]
macro_rules! __catga_Remote {
    ($before:tt ($transport:ty, $contract:path $(,)?) $($rest:tt)*) => {
        $contract! { remote $before $($rest)* }
    };
    (= $($own:tt)*) => { $($own)* };
}

#[doc(hidden)]
pub use crate::__catga_Remote as Remote;
