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

/// Hands the slots of its contract over to a mediator. As a field's type it asks for the contract's macro, too: where it
/// has none, that is the same error as of the hand-over, and the field has no contract of which more is said.
#[doc(hidden)]
#[macro_export]
macro_rules! __catga_Remote {
    ($before:tt ($transport:ty, $contract:path $(,)?) $($rest:tt)*) => {
        $contract! { remote $before $($rest)* }
    };
    // Of other arguments rustc says how many there are to be.
    ([$($before:tt)*] $arguments:tt [$next:path] $($rest:tt)*) => {
        $next! { [$($before)* { broken }] $($rest)* }
    };
    (= $($segment:ident)::+ <$transport:ty, $contract:path $(,)?>) => {
        $($segment)::+ <
            $transport,
            <$contract!(= $contract) as $crate::handler::Checked<{ $contract!(= true) }>>::Message
        >
    };
    (= $($own:tt)*) => { $($own)* };
}

#[doc(hidden)]
pub use crate::__catga_Remote as Remote;
