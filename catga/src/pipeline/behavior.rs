use core::future::Future;

use super::Next;
use crate::message::{Message, Outcome};
use crate::scope::{Context, Dispatched};

/// Something that surrounds handlers: written once, for commands, queries, events and streams alike.
///
/// What comes before `next.run(..)` happens before the handler, what comes after happens after it; a
/// behavior that does not call it refuses the message. `M::view(&input)` is the message, whatever its
/// kind. Around a stream the call ends when the last row has been taken.
///
/// ```
/// use catga::prelude::*;
///
/// struct Closed(bool);
///
/// impl<M: Message, S: Dispatched> Behavior<M, S> for Closed {
///     async fn around<N: Next<M, S>>(&self, input: M::In<'_>, cx: &mut Context<S>, next: N) -> Outcome<M> {
///         if self.0 {
///             return Err(Error::Refused(Failure::new("shop.closed", Class::Transient)));
///         }
///         next.run(input, cx).await
///     }
/// }
/// ```
///
/// One that only looks before it goes on costs nothing when it is written as
/// `fn around(..) -> impl Future<Output = Outcome<M>> + Send` with `next.run(input, cx)` as its last
/// expression.
#[diagnostic::on_unimplemented(
    message = "CATGA008: `{Self}` cannot wrap `{M}`",
    label = "no behavior for `{M}` here",
    note = "implement `Behavior` for it, move it to a pipeline whose messages it fits, or opt out on the handler with `#[pipeline(without(..))]`"
)]
pub trait Behavior<M: Message, S: Dispatched>: Send + Sync {
    /// Surrounds the rest of the chain.
    fn around<N: Next<M, S>>(
        &self,
        input: M::In<'_>,
        cx: &mut Context<S>,
        next: N,
    ) -> impl Future<Output = Outcome<M>> + Send;
}

/// A behavior that changes the scope that the rest of the chain runs in, such as a transaction.
///
/// It stands in a mediator's pipeline, for all or for a field.
#[diagnostic::on_unimplemented(
    message = "CATGA008: `{Self}` cannot wrap `{M}`",
    label = "no way from this scope into its own",
    note = "a behavior that changes the scope stands once in a chain, in the pipeline of a mediator or of its field"
)]
pub trait Enters<M: Message, S: Dispatched>: ChangesScope + Send + Sync {
    /// The scope of the rest of the chain.
    type Inner: Dispatched<App = S::App>;

    /// Surrounds the rest of the chain.
    fn around<N: Next<M, Self::Inner>>(
        &self,
        input: M::In<'_>,
        cx: &mut Context<S>,
        next: N,
    ) -> impl Future<Output = Outcome<M>> + Send;
}

/// Marks a behavior that implements [`Enters`] and not [`Behavior`].
pub trait ChangesScope {}

macro_rules! behind {
    ($(#[$gate:meta])? $pointer:ty) => {
        $(#[$gate])?
        impl<M: Message, S: Dispatched, B: Behavior<M, S> + ?Sized> Behavior<M, S> for $pointer {
            #[inline]
            fn around<N: Next<M, S>>(
                &self,
                input: M::In<'_>,
                cx: &mut Context<S>,
                next: N,
            ) -> impl Future<Output = Outcome<M>> + Send {
                (**self).around(input, cx, next)
            }
        }

        $(#[$gate])?
        impl<M: Message, S: Dispatched, B: Enters<M, S> + ?Sized> Enters<M, S> for $pointer {
            type Inner = B::Inner;

            #[inline]
            fn around<N: Next<M, B::Inner>>(
                &self,
                input: M::In<'_>,
                cx: &mut Context<S>,
                next: N,
            ) -> impl Future<Output = Outcome<M>> + Send {
                (**self).around(input, cx, next)
            }
        }

        $(#[$gate])?
        impl<B: ChangesScope + ?Sized> ChangesScope for $pointer {}
    };
}

behind!(&B);
behind!(#[cfg(feature = "alloc")] alloc::sync::Arc<B>);
