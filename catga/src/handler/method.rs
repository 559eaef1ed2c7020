use core::future::Future;

use crate::message::{Message, Outcome};
use crate::scope::Context;

/// A handler's method without the pipelines around it: what `#[handler]` writes beside [`Handler`] where
/// there are any.
///
/// [`Handler`]: super::Handler
pub trait Method<M: Message, S, K = M> {
    /// Calls the method.
    fn handle(&self, input: M::In<'_>, cx: &mut Context<S>) -> impl Future<Output = Outcome<M>> + Send;
}
