use core::future::Future;

use crate::message::{Message, Outcome};
use crate::pipeline::Next;
use crate::scope::{Context, Scope};

/// A handler's method without the pipelines around it: what `#[handler]` writes beside [`Handler`] where
/// there are any.
///
/// [`Handler`]: super::Handler
pub trait Method<M: Message, S, K = M>: Send + Sync {
    /// Calls the method.
    fn handle(&self, input: M::In<'_>, cx: &mut Context<S>) -> impl Future<Output = Outcome<M>> + Send;
}

/// The end of a handler's own chain: its method.
#[derive(Debug)]
pub struct EndMethod<'h, H>(pub &'h H);

impl<H> Clone for EndMethod<'_, H> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<H> Copy for EndMethod<'_, H> {}

impl<M: Message, S: Scope, H: Method<M, S>> Next<M, S> for EndMethod<'_, H> {
    #[inline]
    fn run(self, input: M::In<'_>, cx: &mut Context<S>) -> impl Future<Output = Outcome<M>> + Send {
        S::attempt(cx, input, Attempt(self.0))
    }
}

/// A method, once.
struct Attempt<'h, H>(&'h H);

impl<H> Clone for Attempt<'_, H> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<H> Copy for Attempt<'_, H> {}

impl<M: Message, S, H: Method<M, S>> Next<M, S> for Attempt<'_, H> {
    #[inline]
    fn run(self, input: M::In<'_>, cx: &mut Context<S>) -> impl Future<Output = Outcome<M>> + Send {
        self.0.handle(input, cx)
    }
}
