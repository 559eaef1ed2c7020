//! What a handler may do, as bounds on its context. Each capability has two supertraits with the
//! method: one for the message, one for a message that never is, so that rustc never guesses.

use core::future::Future;

use futures_core::Stream;

use super::Scope;
use crate::error::PublishError;
use crate::message::{Message, Never, NeverEvent, NeverRows, Outcome, RowOf, Rows};

/// The method behind [`Sends`].
#[diagnostic::on_unimplemented(
    message = "CATGA003: this handler may not send `{M}`",
    label = "not among the capabilities of its context",
    note = "add `Sends<{M}>` to the context's bounds: `cx: &mut Context<impl Sends<{M}>>`; a message is sent by value, an event published"
)]
// What is sent need not be a message: that the handler may not send it is the one error.
pub trait SendIn<M, K, Answer = Outcome<M>>: Scope {
    /// Sends a command or a query, and waits for the answer. Several sends may be in flight.
    ///
    /// It shares this message's deadline, cancellation and correlation. Cancel safe as far as the
    /// handler is: dropping it stops the handler where it waits.
    ///
    /// # Errors
    /// The handler's own error, or what stopped the message on its way: [`Error`](crate::Error).
    fn send(&self, message: M) -> impl Future<Output = Answer> + Send;
}

/// May send `M`: `cx.send(message)`.
#[diagnostic::on_unimplemented(
    message = "CATGA001: nothing handles `{M}` here",
    label = "a handler sends `{M}`",
    note = "make a handler set with a method that takes `{M}` a field of the mediator"
)]
pub trait Sends<M: Message>: SendIn<M, M::Key> + SendIn<Never, <Never as Message>::Key> {}

impl<M, S> Sends<M> for S
where
    M: Message,
    S: SendIn<M, M::Key> + SendIn<Never, <Never as Message>::Key>,
{
}

/// The method behind [`Publishes`].
#[diagnostic::on_unimplemented(
    message = "CATGA004: this handler may not publish `{E}`",
    label = "not among the capabilities of its context",
    note = "add `Publishes<{E}>` to the context's bounds: `cx: &mut Context<impl Publishes<{E}>>`; an event is published by value, a command sent"
)]
pub trait PublishIn<E, K>: Scope {
    /// Publishes an event. Outside of a transaction its handlers run now; in one it is stored, and
    /// delivered after the commit.
    ///
    /// # Errors
    /// The handlers that failed; the others ran, unless the event says `fan_out = stop_at_first`.
    fn publish(&mut self, event: E) -> impl Future<Output = Result<(), PublishError>> + Send;
}

/// May publish `E`: `cx.publish(event)`.
#[diagnostic::on_unimplemented(
    message = "CATGA005: nobody hears `{E}` here",
    label = "a handler publishes `{E}`",
    note = "make a handler set with a method that takes `&{E}` a field of the mediator, or say `#[mediator(unheard({E}))]`"
)]
pub trait Publishes<E: Message>: PublishIn<E, E::Key> + PublishIn<NeverEvent, <NeverEvent as Message>::Key> {}

impl<E: Message, S: PublishIn<E, E::Key> + PublishIn<NeverEvent, <NeverEvent as Message>::Key>> Publishes<E> for S {}

/// The method behind [`Streams`].
#[diagnostic::on_unimplemented(
    message = "CATGA003: this handler may not stream `{Q}`",
    label = "not among the capabilities of its context",
    note = "add `Streams<{Q}>` to the context's bounds"
)]
pub trait StreamIn<Q: Rows<Key = K>, K>: Scope {
    /// Opens a stream query; nothing runs until it is polled.
    fn stream(&self, query: Q) -> impl Stream<Item = RowOf<Q>> + Send;
}

/// May stream `Q`: `cx.stream(query)`.
#[diagnostic::on_unimplemented(
    message = "CATGA001: nothing handles `{Q}` here",
    label = "a handler streams `{Q}`",
    note = "make a handler set with a method that takes `{Q}` a field of the mediator"
)]
pub trait Streams<Q: Rows>: StreamIn<Q, Q::Key> + StreamIn<NeverRows, <NeverRows as Message>::Key> {}

impl<Q: Rows, S: StreamIn<Q, Q::Key> + StreamIn<NeverRows, <NeverRows as Message>::Key>> Streams<Q> for S {}

/// May read what the caller sent along: `cx.extension()`.
#[diagnostic::on_unimplemented(
    message = "CATGA014: the mediator's extension is not `{X}`",
    label = "a handler reads `{X}`",
    note = "say `#[mediator(extension = {X})]`"
)]
pub trait Extended<X>: Scope {
    /// What the caller sent along; nothing where it sent nothing.
    fn extension(&self) -> Option<&X>;
}
