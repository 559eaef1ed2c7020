use core::future::Future;

use super::route::{Known, Names, Nowhere, Unknown};
use super::way::Way;
use crate::error::Error;
use crate::message::{Message, Outcome};
use crate::scope::{Call, Context, Frame, Inside, Mediator, Place};

/// Handles the command or query `M`: a mediator does for each that a field handles.
///
/// Generic code asks for no more than it sends: `fn route(shop: &impl Handles<PlaceOrder>)`. The answer is that
/// of the message, `Outcome<M>`.
///
/// A send's future is that of its handler and at most 150 bytes more, of which behaviors that pass on are none. An
/// event's is that for each of its handlers, as they run at once. What waits for time allocates nothing, and so holds
/// tokio's timer of 112 bytes in place: `Timeout` beside the rest of its chain, `Retry` where the attempt was that
/// failed. A pipeline of `Trace`, `Validate`, `Timeout`, `Retry` and `CircuitBreaker` adds at most 330 bytes to a handler
/// that is larger than a timer. Each send holds its message once more beside what its handler does with it, and so does
/// `Retry`: what is large is better sent in a `Box`.
#[diagnostic::on_unimplemented(
    message = "CATGA001: nothing in `{Self}` handles `{M}`",
    label = "no handler for this message",
    note = "commands and queries are sent, by value and without `&`; an event is published, a stream query streamed; where that is right, write a `#[handler]` method that takes `{M}`, under no `#[cfg]` that is off, and make its type a field of `{Self}`"
)]
// What is sent need not be a message: that nothing handles it is the one error.
pub trait Handles<M, Route = Known, Answer = Outcome<M>>: Mediator {
    /// Runs the message in a frame: every send comes through here.
    #[doc(hidden)]
    fn enter<'a>(
        &'a self,
        message: M,
        frame: Frame<'a>,
        extension: Option<&'a Self::Extension>,
    ) -> impl Future<Output = Answer> + Send;

    /// The same at a place that the caller has made, for a message that nobody has cancelled.
    #[doc(hidden)]
    fn enter_at(&self, input: M::In<'_>, cx: &mut Context<Inside<'_, Self>>) -> impl Future<Output = Answer> + Send
    where
        M: Message;

    /// Sends a message through its pipeline to its one handler, and waits for the answer.
    ///
    /// Nothing runs before the first poll. Cancel safe as far as the handler is: dropping the future
    /// stops the handler where it waits.
    ///
    /// # Errors
    /// The handler's own error as [`Error::Handler`], or what stopped the message on its way.
    #[inline]
    fn send(&self, message: M) -> impl Future<Output = Answer> + Send {
        self.enter(message, Frame::first(), None)
    }

    /// The same, with what a caller sends along: who may cancel it, what it belongs to.
    ///
    /// # Errors
    /// As [`send`](Self::send); [`Error::Cancelled`] where the call is cancelled already.
    fn send_with(&self, message: M, call: Call<'_, Self::Extension>) -> impl Future<Output = Answer> + Send
    where
        M: Message,
    {
        #[cfg(all(feature = "wire", feature = "store"))]
        let call = call.of::<M>();
        async move { self.enter(message, Frame::of(&call.origin), call.extension).await }
    }

    /// Sends many messages, at most `at_most` of them at a time (at least one), each through the whole
    /// pipeline. The answers come in the order of the messages; nothing is sent before it is polled,
    /// and dropping the stream stops what is in flight.
    ///
    /// Each message costs one allocation, as those in flight end in any order, and the stream itself a few.
    #[cfg(feature = "alloc")]
    fn send_all<I>(&self, messages: I, at_most: usize) -> impl futures_core::Stream<Item = Answer> + Send
    where
        I: IntoIterator<Item = M, IntoIter: Send>,
        M: Message,
        Answer: Send,
    {
        use futures_util::StreamExt as _;

        let sends = messages.into_iter().map(|message| self.send(message));
        futures_util::stream::iter(sends).buffered(at_most.max(1))
    }

    /// The same, with what a caller sends along with each of them. An id that the call names is theirs all: leave it
    /// out where they are told apart by it, as by an inbox or by `Idempotent`.
    ///
    /// ```
    /// use catga::prelude::*;
    /// use catga::scope::Call;
    /// use futures_util::StreamExt as _;
    ///
    /// #[command(reply = u64)]
    /// struct Charge(u64);
    ///
    /// struct Payments;
    ///
    /// #[handler]
    /// impl Payments {
    ///     fn charge(&self, command: Charge) -> u64 { command.0 }
    /// }
    ///
    /// #[mediator]
    /// struct Shop { payments: Payments }
    ///
    /// # #[tokio::main(flavor = "current_thread")] async fn main() {
    /// let (shop, stop) = (Shop { payments: Payments }, Cancel::new());
    /// let mut paid = shop.send_all_with([1, 2, 3].map(Charge), 2, Call::new().cancel(&stop));
    /// assert_eq!(paid.next().await, Some(Ok(1)));
    /// stop.cancel();
    /// assert_eq!(paid.collect::<Vec<_>>().await.last(), Some(&Err(Error::Cancelled)));
    /// # }
    /// ```
    #[cfg(feature = "alloc")]
    fn send_all_with<'a, I>(
        &'a self,
        messages: I,
        at_most: usize,
        call: Call<'a, Self::Extension>,
    ) -> impl futures_core::Stream<Item = Answer> + Send
    where
        I: IntoIterator<Item = M, IntoIter: Send>,
        M: Message,
        Answer: Send,
    {
        use futures_util::StreamExt as _;

        let sends = messages.into_iter().map(move |message| self.send_with(message, call));
        futures_util::stream::iter(sends).buffered(at_most.max(1))
    }
}

/// That one message is handled, and how: what `#[mediator]` implements.
pub trait Dispatches<M: Message, K>: Sized {
    /// The way to its handler.
    type Way: Way<M, Self>
    where
        Self: Mediator;
}

/// A message that `A` has a chain for.
pub trait Handled<A: Mediator, Names, Answer>: Message {
    /// Runs it in a frame.
    fn enter<'a>(
        self,
        app: &'a A,
        frame: Frame<'a>,
        extension: Option<&'a A::Extension>,
    ) -> impl Future<Output = Answer> + Send;

    /// The same at a place that the caller has made.
    fn enter_at(app: &A, input: Self::In<'_>, cx: &mut Context<Inside<'_, A>>) -> impl Future<Output = Answer> + Send;
}

#[diagnostic::do_not_recommend]
impl<M: Message, A: Mediator + Dispatches<M, M::Key>> Handled<A, Names<true>, Outcome<M>> for M {
    #[inline]
    fn enter<'a>(
        self,
        app: &'a A,
        frame: Frame<'a>,
        extension: Option<&'a A::Extension>,
    ) -> impl Future<Output = Outcome<M>> + Send {
        let place = Place::new(app, frame, extension);
        async move {
            if place.frame().is_cancelled() {
                return Err(Error::Cancelled);
            }
            // Commands and queries travel by value, and nothing else has a chain; that the message itself
            // says so keeps a wrong handler at one error, its own.
            let Some(input) = self.own() else { return Err(Error::Cancelled) };
            let mut cx = Context::new(Inside::new(&place));
            A::Way::run(app, input, &mut cx).await
        }
    }

    #[inline]
    fn enter_at(app: &A, input: M::In<'_>, cx: &mut Context<Inside<'_, A>>) -> impl Future<Output = Outcome<M>> + Send {
        A::Way::run(app, input, cx)
    }
}

#[diagnostic::do_not_recommend]
impl<M: Message, A: Mediator> Handled<A, Names<false>, Outcome<M>> for M {
    fn enter<'a>(self, _: &'a A, _: Frame<'a>, _: Option<&'a A::Extension>) -> impl Future<Output = Outcome<M>> + Send {
        core::future::pending()
    }

    fn enter_at(_: &A, _: M::In<'_>, _: &mut Context<Inside<'_, A>>) -> impl Future<Output = Outcome<M>> + Send {
        core::future::pending()
    }
}

#[diagnostic::do_not_recommend]
impl<A: Mediator, M: Handled<A, A::Names, Answer>, Answer> Handles<M, Known, Answer> for A {
    #[inline]
    fn enter<'a>(
        &'a self,
        message: M,
        frame: Frame<'a>,
        extension: Option<&'a A::Extension>,
    ) -> impl Future<Output = Answer> + Send {
        message.enter(self, frame, extension)
    }

    #[inline]
    fn enter_at(&self, input: M::In<'_>, cx: &mut Context<Inside<'_, A>>) -> impl Future<Output = Answer> + Send {
        M::enter_at(self, input, cx)
    }
}

#[diagnostic::do_not_recommend]
impl<A: Mediator, M: Nowhere<A>> Handles<M, Unknown> for A {
    fn enter<'a>(&'a self, _: M, _: Frame<'a>, _: Option<&'a A::Extension>) -> impl Future<Output = Outcome<M>> + Send {
        core::future::pending()
    }

    fn enter_at(&self, _: M::In<'_>, _: &mut Context<Inside<'_, A>>) -> impl Future<Output = Outcome<M>> + Send {
        core::future::pending()
    }
}
