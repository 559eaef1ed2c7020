use core::future::Future;

use super::Remote;
use crate::contract::Includes;
use crate::message::{Message, Outcome};
use crate::scope::{Context, Scope};
use crate::transport::Transport;
use crate::wire::Fits;

/// A way that a message crosses over the transport `T`.
#[diagnostic::on_unimplemented(
    message = "CATGA097: `{T}` cannot carry `{M}`",
    label = "this transport lacks what the message needs",
    note = "commands, queries and streams need a transport that asks (`Requests`), events one that publishes (`Delivers`)"
)]
pub trait Crosses<M: Message, C: Includes<M>, T: Transport>: Fits<M> {
    /// Sends the message to the other side, and waits for what comes back.
    fn cross<S: Scope>(
        remote: &Remote<T, C>,
        input: M::In<'_>,
        cx: &mut Context<S>,
    ) -> impl Future<Output = Outcome<M>> + Send;
}
