use core::future::Future;

use futures_core::Stream;

use crate::message::{Message, Outcome, RowOf, Rows};
use crate::scope::Context;

/// Handles `M` in scope `S`: what `#[handler]` writes for a method, with the pipelines of its impl
/// and of the method around it.
///
/// `K` is the message as it is written, by which the compiler tells the implementations of a set apart.
#[diagnostic::on_unimplemented(
    message = "CATGA001: `{Self}` has no handler for `{M}` here",
    label = "not handled in this scope",
    note = "a handler runs where the mediator has what its context asks for"
)]
pub trait Handler<M: Message, S, K = M> {
    /// Handles one message.
    fn handle(&self, input: M::In<'_>, cx: &mut Context<S>) -> impl Future<Output = Outcome<M>> + Send;
}

/// Opens the rows of a stream query; what `#[handler]` writes for a method that returns a stream. `K` is as in [`Handler`].
pub trait StreamHandler<Q: Rows, S, K = Q> {
    /// The rows, which run when they are polled.
    fn rows(&self, query: Q, cx: Context<S>) -> impl Stream<Item = RowOf<Q>> + Send;
}
