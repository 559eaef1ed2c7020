use core::future::Future;
use core::pin::Pin;
use core::task::{self, Poll};

use pin_project_lite::pin_project;

use crate::error::{Denial, Error};
use crate::message::{Message, Outcome};
use crate::pipeline::{Behavior, Next};
use crate::scope::{Context, Dispatched, Mediator, Scope};

/// Who may send `M`. `X` is the mediator's extension: what a caller sends along, such as who it is.
#[diagnostic::on_unimplemented(
    message = "CATGA085: `{Self}` does not say who may send `{M}`",
    label = "no policy for `{M}`",
    note = "write `impl Policy<{M}, {X}> for {Self}`; where anybody may, its `check` answers `Ok(())`"
)]
pub trait Policy<M: Message, X = ()>: Send + Sync {
    /// Lets the message pass. `caller` is what was sent along; `None` where nothing was.
    ///
    /// # Errors
    /// A [`Denial`], which any error becomes by `?`: what cannot be found out is denied.
    fn check(&self, message: &M, caller: Option<&X>) -> Result<(), Denial>;
}

/// The same, asked of somebody else: a directory, a remote engine.
#[diagnostic::on_unimplemented(
    message = "CATGA085: `{Self}` does not say who may send `{M}`",
    label = "no policy for `{M}`",
    note = "write `impl AsyncPolicy<{M}, {X}> for {Self}`; where anybody may, its `check` answers `Ok(())`"
)]
pub trait AsyncPolicy<M: Message, X = ()>: Send + Sync {
    /// Lets the message pass, as [`Policy::check`].
    ///
    /// # Errors
    /// A [`Denial`], which any error becomes by `?`.
    fn check(&self, message: &M, caller: Option<&X>) -> impl Future<Output = Result<(), Denial>> + Send;
}

/// Lets a message pass only where a [`Policy`] says so, and answers with [`Error::Denied`] otherwise:
/// code `catga.denied`, class `Permanent`.
///
/// It fails closed: a message without a policy does not compile, and a policy that fails, or panics
/// (with the feature `std`), denies. Each handler of an event and each stream is asked for by itself; a
/// stream that is denied has the error as its only item. Nothing is allocated unless there is a reason to keep.
///
/// The policy is asked before the rest of the chain is begun, in one go, so that a call that is dropped
/// leaves nothing half done. Inside of a `Retry` it is asked for each attempt. One that has to wait is an
/// [`AsyncPolicy`], in an [`AuthorizeAsync`].
///
/// ```
/// use catga::prelude::*;
/// use catga::scope::Call;
///
/// #[command]
/// struct Refund { cents: u64 }
///
/// struct User { limit: u64 }
///
/// struct Limits;
///
/// impl Policy<Refund, User> for Limits {
///     fn check(&self, message: &Refund, caller: Option<&User>) -> Result<(), Denial> {
///         match caller {
///             Some(user) if message.cents <= user.limit => Ok(()),
///             _ => Err(Denial::new()),
///         }
///     }
/// }
///
/// struct Payments;
///
/// #[handler]
/// impl Payments {
///     fn refund(&self, _command: Refund) {}
/// }
///
/// #[mediator(extension = User)]
/// #[pipeline(Authorize(Limits))]
/// struct Shop { payments: Payments }
///
/// # #[tokio::main(flavor = "current_thread")] async fn main() {
/// let shop = Shop { payments: Payments };
/// let clerk = User { limit: 100 };
/// assert_eq!(shop.send_with(Refund { cents: 100 }, Call::new().extension(&clerk)).await, Ok(()));
/// assert!(matches!(shop.send(Refund { cents: 1 }).await, Err(Error::Denied(_))));
/// # }
/// ```
///
/// In the pipeline of a handler or of its impl the mediator is not known, so a policy stands there only that
/// is `impl<X> Policy<M, X>`; one that reads the caller stands in a mediator's pipelines.
#[derive(Clone, Copy, Debug, Default)]
pub struct Authorize<P>(pub P);

impl<P, M: Message, S: Dispatched> Behavior<M, S> for Authorize<P>
where
    P: Policy<M, <<S as Scope>::App as Mediator>::Extension>,
{
    #[inline]
    fn around<N: Next<M, S>>(
        &self,
        input: M::In<'_>,
        cx: &mut Context<S>,
        next: N,
    ) -> impl Future<Output = Outcome<M>> + Send {
        match contained(|| self.0.check(M::view(&input), cx.extension_ref())) {
            Ok(()) => Allowed::Passed { run: next.run(input, cx) },
            Err(denial) => Allowed::Denied { denial },
        }
    }
}

/// [`Authorize`] with a policy that has to wait.
///
/// Dropped while the policy is asked, the rest of the chain has not begun. The time that the policy takes
/// is the message's: a `Timeout` around it bounds both.
#[derive(Clone, Copy, Debug, Default)]
pub struct AuthorizeAsync<P>(pub P);

impl<P, M: Message, S: Dispatched> Behavior<M, S> for AuthorizeAsync<P>
where
    P: AsyncPolicy<M, <<S as Scope>::App as Mediator>::Extension>,
{
    #[inline]
    #[expect(clippy::manual_async_fn, reason = "an `async fn` keeps its arguments twice")]
    fn around<N: Next<M, S>>(
        &self,
        input: M::In<'_>,
        cx: &mut Context<S>,
        next: N,
    ) -> impl Future<Output = Outcome<M>> + Send {
        async move {
            let message = M::view(&input);
            let caller = cx.extension_ref();
            // In a block of its own, as a policy may panic before it gives a future.
            let asked = Asked { check: async { self.0.check(message, caller).await } };
            match asked.await {
                Ok(()) => next.run(input, cx).await,
                Err(denial) => Err(Error::Denied(denial)),
            }
        }
    }
}

/// What a policy says; its panic is a denial.
#[inline]
fn contained(check: impl FnOnce() -> Result<(), Denial>) -> Result<(), Denial> {
    #[cfg(feature = "std")]
    return crate::error::caught(check).unwrap_or_else(|panic| Err(Denial::panicked(panic)));
    #[cfg(not(feature = "std"))]
    check()
}

pin_project! {
    #[project = AllowedProjection]
    enum Allowed<F> {
        Passed {
            #[pin]
            run: F,
        },
        Denied { denial: Denial },
    }
}

impl<T, E, F: Future<Output = Result<T, Error<E>>>> Future for Allowed<F> {
    type Output = Result<T, Error<E>>;

    #[inline(always)]
    fn poll(self: Pin<&mut Self>, cx: &mut task::Context<'_>) -> Poll<Self::Output> {
        match self.project() {
            AllowedProjection::Passed { run } => run.poll(cx),
            AllowedProjection::Denied { denial } => Poll::Ready(Err(Error::Denied(core::mem::take(denial)))),
        }
    }
}

pin_project! {
    /// A policy that is being asked. One that panicked has denied, and is not polled again.
    struct Asked<F> {
        #[pin]
        check: F,
    }
}

impl<F: Future<Output = Result<(), Denial>>> Future for Asked<F> {
    type Output = Result<(), Denial>;

    #[inline]
    fn poll(self: Pin<&mut Self>, cx: &mut task::Context<'_>) -> Poll<Self::Output> {
        let check = self.project().check;
        #[cfg(feature = "std")]
        return crate::error::caught(|| check.poll(cx))
            .unwrap_or_else(|panic| Poll::Ready(Err(Denial::panicked(panic))));
        #[cfg(not(feature = "std"))]
        check.poll(cx)
    }
}

macro_rules! behind {
    ($(#[$gate:meta])? $pointer:ty) => {
        $(#[$gate])?
        impl<M: Message, X, P: Policy<M, X> + ?Sized> Policy<M, X> for $pointer {
            #[inline]
            fn check(&self, message: &M, caller: Option<&X>) -> Result<(), Denial> {
                (**self).check(message, caller)
            }
        }

        $(#[$gate])?
        impl<M: Message, X, P: AsyncPolicy<M, X> + ?Sized> AsyncPolicy<M, X> for $pointer {
            #[inline]
            fn check(&self, message: &M, caller: Option<&X>) -> impl Future<Output = Result<(), Denial>> + Send {
                (**self).check(message, caller)
            }
        }
    };
}

behind!(&P);
behind!(#[cfg(feature = "alloc")] alloc::sync::Arc<P>);
