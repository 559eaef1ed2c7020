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
    note = "commands and queries are sent, by value and without `&`; an event is published; where that is right, add `Sends<{M}>` to the context's bounds: `cx: &mut Context<impl Sends<{M}>>`"
)]
// What a capability names need not be a message: that it is none is one error, where it is sent or handled.
pub trait SendIn<M, By = AsValue>: Scope {
    /// Sends a command or a query, and waits for the answer. Several sends may be in flight.
    ///
    /// It shares this message's deadline, cancellation and correlation. Cancel safe as far as the
    /// handler is: dropping it stops the handler where it waits.
    ///
    /// # Errors
    /// The handler's own error, or what stopped the message on its way: [`Error`](crate::Error).
    fn send(&self, message: M) -> impl Future<Output = M::Answer> + Send
    where
        M: Answerable<By>;
}

/// What is answered where it is sent: a message, and for the compiler a reference to one too, so that it is one error,
/// of what the handler may not send.
pub trait Answerable<By> {
    /// What the message answers.
    type Answer;
}

/// By value, as messages are sent.
#[derive(Debug)]
pub struct AsValue;

/// By reference, as none is.
#[derive(Debug)]
pub struct AsReference;

impl<M: Message> Answerable<AsValue> for M {
    type Answer = Outcome<M>;
}

/// Another way, which no scope has: with two, the compiler takes none for granted, and a miss is one error.
#[derive(Debug)]
pub struct Aside<By>(By);

impl<M: Message> Answerable<Aside<AsValue>> for M {
    type Answer = Outcome<M>;
}

#[diagnostic::do_not_recommend]
impl<M: Message> Answerable<Aside<AsReference>> for &M {
    type Answer = Outcome<M>;
}

/// Every message, as scopes send it: what an implementation of [`SendIn`] is for.
pub trait Sent: Message + Answerable<AsValue, Answer = Outcome<Self>> {}

impl<M: Message> Sent for M {}

#[diagnostic::do_not_recommend]
impl<M: Message> Answerable<AsReference> for &M {
    type Answer = Outcome<M>;
}

/// May send `M`: `cx.send(message)`.
#[diagnostic::on_unimplemented(
    message = "CATGA001: nothing handles `{M}` here",
    label = "a handler sends `{M}`",
    note = "make a handler set with a method that takes `{M}` a field of the mediator"
)]
pub trait Sends<M>: SendIn<M> + SendIn<Never> {}

impl<M, S: SendIn<M> + SendIn<Never>> Sends<M> for S {}

/// The method behind [`Publishes`].
#[diagnostic::on_unimplemented(
    message = "CATGA004: this handler may not publish `{E}`",
    label = "not among the capabilities of its context",
    note = "events are published, by value and without `&`; a command is sent; where that is right, add `Publishes<{E}>` to the context's bounds: `cx: &mut Context<impl Publishes<{E}>>`"
)]
pub trait PublishIn<E>: Scope {
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
pub trait Publishes<E>: PublishIn<E> + PublishIn<NeverEvent> {}

impl<E, S: PublishIn<E> + PublishIn<NeverEvent>> Publishes<E> for S {}

/// The method behind [`Streams`].
#[diagnostic::on_unimplemented(
    message = "CATGA003: this handler may not stream `{Q}`",
    label = "not among the capabilities of its context",
    note = "add `Streams<{Q}>` to the context's bounds"
)]
pub trait StreamIn<Q>: Scope {
    /// Opens a stream query; nothing runs until it is polled.
    fn stream(&self, query: Q) -> impl Stream<Item = RowOf<Q>> + Send
    where
        Q: Rows;
}

/// May stream `Q`: `cx.stream(query)`.
#[diagnostic::on_unimplemented(
    message = "CATGA001: nothing handles `{Q}` here",
    label = "a handler streams `{Q}`",
    note = "make a handler set with a method that takes `{Q}` a field of the mediator"
)]
pub trait Streams<Q>: StreamIn<Q> + StreamIn<NeverRows> {}

impl<Q, S: StreamIn<Q> + StreamIn<NeverRows>> Streams<Q> for S {}

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
