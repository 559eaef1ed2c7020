use core::future::Future;
use core::pin::Pin;
use core::task::{self, Poll};

use pin_project_lite::pin_project;

use crate::error::{Class, Classify, Error};
use crate::message::{Message, Outcome, Replies};
use crate::pipeline::{Behavior, Next};
use crate::scope::{Context, Dispatched};

/// What to answer `M` with when its handler cannot: the last known rate, an empty list, "later".
pub trait Recover<M: Message>: Send + Sync {
    /// What has to be known of the message, which is gone when its handler fails; `()` where nothing has.
    type Kept: Send;

    /// Keeps it. This runs for every message, before the rest of the chain.
    fn keep(&self, message: &M) -> Self::Kept;

    /// Whether to answer in the place of this error: all but those of class `Permanent`, unless it is
    /// written otherwise.
    fn recovers(&self, error: &Error<M::Error>) -> bool {
        error.class() != Class::Permanent
    }

    /// The answer. Dropped with the call where it waits.
    ///
    /// # Errors
    /// What the caller is told in the place of an answer, such as `error` itself.
    fn recover(&self, kept: Self::Kept, error: Error<M::Error>) -> impl Future<Output = Outcome<M>> + Send;
}

/// A message that `R` has another answer for. One trait asks both that and that there is one answer, so that
/// what does not fit is one error.
#[diagnostic::on_unimplemented(
    message = "CATGA086: `Fallback` has no other answer for `{Self}`",
    label = "nothing to answer `{Self}` with",
    note = "write `impl Recover<{Self}>` for what it is built over; an event or a stream, which has no one answer, is left out by `queries: Fallback(..)` or `#[pipeline(without(Fallback))]`"
)]
pub trait Recovered<R>: Message {
    /// `R`.
    type By: Recover<Self>;

    /// The same.
    fn by(recover: &R) -> &Self::By;
}

#[diagnostic::do_not_recommend]
impl<M: Message<Kind: Replies>, R: Recover<M>> Recovered<R> for M {
    type By = R;

    #[inline]
    fn by(recover: &R) -> &R {
        recover
    }
}

/// Answers with what a [`Recover`] gives when the rest of the chain fails, for commands and queries.
///
/// It recovers from errors of every class but `Permanent`, or from what [`Recover::recovers`] says. A
/// panic goes on, unless a `CatchPanic` stands inside. When the rest of the chain answers, nothing but
/// [`Recover::keep`] has run.
///
/// Dropped, it drops the rest of the chain or the recovery where it waits. The recovery has what is left of
/// a `Timeout` around it, and is not inside of one that stands inside.
///
/// ```
/// use catga::prelude::*;
/// # use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
///
/// #[query(reply = u64)]
/// struct Rate { currency: u16 }
///
/// struct LastRates { euro: AtomicU64 }
///
/// impl Recover<Rate> for LastRates {
///     type Kept = u16;
///
///     fn keep(&self, message: &Rate) -> u16 {
///         message.currency
///     }
///
///     async fn recover(&self, currency: u16, error: Error) -> Outcome<Rate> {
///         if currency == 978 { Ok(self.euro.load(Relaxed)) } else { Err(error) }
///     }
/// }
///
/// struct Rates;
///
/// #[handler]
/// impl Rates {
///     #[pipeline(Timeout::millis(5))]
///     async fn rate(&self, _query: Rate) -> u64 { std::future::pending().await }
/// }
///
/// #[mediator]
/// #[pipeline(queries: Fallback(self.last))]
/// struct Bank { last: LastRates, rates: Rates }
///
/// # #[tokio::main(flavor = "current_thread")] async fn main() {
/// let bank = Bank { last: LastRates { euro: AtomicU64::new(117) }, rates: Rates };
/// assert_eq!(bank.send(Rate { currency: 978 }).await, Ok(117));
/// assert_eq!(bank.send(Rate { currency: 840 }).await, Err(Error::Timeout));
/// # }
/// ```
#[derive(Clone, Copy, Debug, Default)]
pub struct Fallback<R>(pub R);

impl<R: Send + Sync, M: Recovered<R>, S: Dispatched> Behavior<M, S> for Fallback<R> {
    #[inline]
    fn around<N: Next<M, S>>(
        &self,
        input: M::In<'_>,
        cx: &mut Context<S>,
        next: N,
    ) -> impl Future<Output = Outcome<M>> + Send {
        let by = M::by(&self.0);
        let kept = by.keep(M::view(&input));
        let recover = move |error: Error<M::Error>| {
            if by.recovers(&error) { Ok(by.recover(kept, error)) } else { Err(error) }
        };
        Recovering::First { run: next.run(input, cx), recover: Some(recover) }
    }
}

pin_project! {
    #[project = RecoveringProjection]
    enum Recovering<F, B, G> {
        First {
            #[pin]
            run: F,
            recover: Option<B>,
        },
        Second {
            #[pin]
            recovery: G,
        },
    }
}

impl<T, E, F, B, G> Future for Recovering<F, B, G>
where
    F: Future<Output = Result<T, Error<E>>>,
    B: FnOnce(Error<E>) -> Result<G, Error<E>>,
    G: Future<Output = Result<T, Error<E>>>,
{
    type Output = Result<T, Error<E>>;

    #[inline]
    fn poll(mut self: Pin<&mut Self>, cx: &mut task::Context<'_>) -> Poll<Self::Output> {
        if let RecoveringProjection::First { run, recover } = self.as_mut().project() {
            let error = match run.poll(cx) {
                Poll::Ready(Err(error)) => error,
                poll => return poll,
            };
            let Some(recover) = recover.take() else { return Poll::Ready(Err(error)) };
            match recover(error) {
                Ok(recovery) => self.set(Self::Second { recovery }),
                Err(error) => return Poll::Ready(Err(error)),
            }
        }
        match self.project() {
            RecoveringProjection::Second { recovery } => recovery.poll(cx),
            // It has just been set.
            RecoveringProjection::First { .. } => Poll::Pending,
        }
    }
}

macro_rules! behind {
    ($(#[$gate:meta])? $pointer:ty) => {
        $(#[$gate])?
        impl<M: Message, R: Recover<M> + ?Sized> Recover<M> for $pointer {
            type Kept = R::Kept;

            #[inline]
            fn keep(&self, message: &M) -> R::Kept {
                (**self).keep(message)
            }

            #[inline]
            fn recovers(&self, error: &Error<M::Error>) -> bool {
                (**self).recovers(error)
            }

            #[inline]
            fn recover(&self, kept: R::Kept, error: Error<M::Error>) -> impl Future<Output = Outcome<M>> + Send {
                (**self).recover(kept, error)
            }
        }
    };
}

behind!(&R);
behind!(#[cfg(feature = "alloc")] alloc::sync::Arc<R>);
