use core::future::Future;

use super::{Context, Frame, Mediator};
use crate::message::{Message, Outcome};
use crate::pipeline::Next;
use crate::time::Cancel;

/// What a [`Context`](super::Context) stands for: a place in a mediator where a handler runs.
///
/// A handler asks for more by bounds: `cx: &mut Context<impl Sends<ChargeCard>>`.
pub trait Scope: Send + Sync {
    /// The mediator.
    type App: Mediator;

    /// The mediator.
    fn app(&self) -> &Self::App;

    /// The message that is being handled, and what it came from.
    fn frame(&self) -> &Frame<'_>;

    /// What the caller sent along, if it did.
    fn extension_ref(&self) -> Option<&<Self::App as Mediator>::Extension>;

    /// Who may cancel the message.
    #[doc(hidden)]
    #[inline]
    fn cancel_ref(&self) -> Option<&Cancel> {
        self.frame().cancel()
    }

    /// Whether what has this number, such as a store whose transaction it is, is open around what is done here.
    #[cfg(all(feature = "wire", feature = "store"))]
    #[doc(hidden)]
    #[inline]
    fn is_inside(&self, number: u64) -> bool {
        self.frame().is_inside(number)
    }

    /// Runs the end of a chain, the handler's method, once. A scope that keeps what a handler does, as a
    /// transaction keeps its writes, takes back here what an attempt has left that failed, panicked or was
    /// dropped: a behavior around it may try again, or answer in its place.
    #[doc(hidden)]
    #[inline]
    fn attempt<M: Message, N: Next<M, Self>>(
        cx: &mut Context<Self>,
        input: M::In<'_>,
        end: N,
    ) -> impl Future<Output = Outcome<M>> + Send
    where
        Self: Sized,
    {
        end.run(input, cx)
    }
}

/// The scope of a running dispatch, which is what a behavior sees.
pub trait Dispatched: Scope {
    /// The plain scope below this one. A behavior keeps it while the rest of the chain has the context.
    type Root: Dispatched<App = Self::App> + Copy;

    /// Whether [`twin`](Self::twin) gives one. Where it does not, a behavior that runs the rest of the
    /// chain twice at once does not compile.
    const TWINS: bool = false;

    /// The plain scope below this one.
    fn root(&self) -> Self::Root;

    /// This scope for a second run of the rest of the chain beside the first: the same message, with its
    /// ids and its deadline. `None` where the two would share what only one may use, such as a transaction.
    fn twin(&self) -> Option<Self>
    where
        Self: Sized,
    {
        None
    }
}
