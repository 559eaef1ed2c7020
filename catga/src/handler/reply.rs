use core::future::Future;
use core::pin::Pin;
use core::task::{self, Poll, ready};

use pin_project_lite::pin_project;

use crate::error::{Classify, Error, Failure};
use crate::message::{Event, Message, Outcome, Replies};

/// What a handler's method may return: its reply, or a `Result` of its reply and its error, under
/// whatever alias. `How` tells them apart and is always inferred.
#[diagnostic::on_unimplemented(
    message = "CATGA006: the handler of `{M}` returns `{Self}`, and the contract of `{M}` says otherwise",
    label = "neither the reply of `{M}` nor a `Result` of its reply and its error",
    note = "return what `#[command(reply = .., error = ..)]` says, or change the contract of `{M}`; an event's handler returns nothing, or `Result<(), E>` with `E: Classify`"
)]
pub trait IntoOutcome<M: Message, How> {
    /// The outcome of the send.
    fn into_outcome(self) -> Outcome<M>;
}

/// How a method answers: the reply, which cannot fail.
#[derive(Debug)]
pub struct Plain;
/// How a method answers: a result with the message's error.
#[derive(Debug)]
pub struct Typed;
/// How a method answers: a result with any error of a send, handed on.
#[derive(Debug)]
pub struct HandedOn;
/// How a method answers: an event's handler, with an error of its own.
#[derive(Debug)]
pub struct Erased;

/// The same type; a mismatch is a missing implementation, which has a text of ours.
pub trait Same<T> {
    /// Itself.
    fn same(from: T) -> Self;
}

impl<T> Same<T> for T {
    #[inline]
    fn same(from: T) -> T {
        from
    }
}

#[diagnostic::do_not_recommend]
impl<T, M: Message<Reply: Same<T>>> IntoOutcome<M, Plain> for T {
    #[inline]
    fn into_outcome(self) -> Outcome<M> {
        Ok(Same::same(self))
    }
}

#[diagnostic::do_not_recommend]
impl<T, E, M> IntoOutcome<M, Typed> for Result<T, E>
where
    M: Message<Reply: Same<T>, Error: Same<E>, Kind: Replies>,
{
    #[inline]
    fn into_outcome(self) -> Outcome<M> {
        self.map(Same::same).map_err(|error| Error::Handler(Same::same(error)))
    }
}

#[diagnostic::do_not_recommend]
impl<T, E, M> IntoOutcome<M, HandedOn> for Result<T, Error<E>>
where
    M: Message<Reply: Same<T>, Error: Same<E>, Kind: Replies>,
{
    #[inline]
    fn into_outcome(self) -> Outcome<M> {
        self.map(Same::same).map_err(|error| error.map(Same::same))
    }
}

#[diagnostic::do_not_recommend]
impl<E, M> IntoOutcome<M, Erased> for Result<(), E>
where
    E: Classify,
    M: Message<Reply = (), Error = Failure, Kind = Event>,
{
    #[inline]
    fn into_outcome(self) -> Outcome<M> {
        self.map_err(|error| Error::Handler(Failure::from_error(error)))
    }
}

/// An async method as a handler. That its future is `Send` is asked of what is returned: where there is no message, there
/// is nothing to ask. Its bounds stand on one line, as errors show them.
#[inline]
pub fn answer<M: Message, How, F: Future<Output: IntoOutcome<M, How>>>(
    method: F,
) -> Answer<F, impl Fn(F::Output) -> Outcome<M> + Copy + Send> {
    Answer { method, outcome: IntoOutcome::into_outcome }
}

/// A sync method as a handler: nothing runs before the first poll.
#[inline]
#[allow(clippy::manual_async_fn, reason = "the bounds that make it `Send` are part of its type")]
pub fn answer_now<M, How, R>(method: impl FnOnce() -> R + Send) -> impl Future<Output = Outcome<M>> + Send
where
    M: Message,
    R: IntoOutcome<M, How>,
{
    async move { method().into_outcome() }
}

pin_project! {
    /// A method's future; by hand, as another `async` layer costs instructions, bytes and depth.
    #[derive(Debug)]
    pub struct Answer<F, C> {
        #[pin]
        method: F,
        outcome: C,
    }
}

impl<F: Future, O, C: Fn(F::Output) -> O> Future for Answer<F, C> {
    type Output = O;

    #[inline]
    fn poll(self: Pin<&mut Self>, cx: &mut task::Context<'_>) -> Poll<O> {
        let this = self.project();
        Poll::Ready((this.outcome)(ready!(this.method.poll(cx))))
    }
}
