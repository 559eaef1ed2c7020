use core::future::Future;

use crate::message::{Message, Outcome};
use crate::scope::Context;

/// The rest of the chain: what a behavior is given to go on with. It is `Copy`, so that a retry may
/// run it again.
pub trait Next<M: Message, S>: Copy + Send + Sync {
    /// Runs the rest of the chain.
    fn run(self, input: M::In<'_>, cx: &mut Context<S>) -> impl Future<Output = Outcome<M>> + Send;
}

/// A whole chain, asked for before it is [run]: a behavior that does not fit is then one error of a few lines. Were it
/// asked for as a [`Next`], rustc would list the links that there are, and of a function's bound it shows the source.
pub trait Chain<M: Message, S>: Sized {
    /// Itself.
    #[inline]
    #[must_use]
    fn whole(self) -> Self {
        self
    }
}

impl<M: Message, S, N: Next<M, S>> Chain<M, S> for N {}

/// Runs a chain.
#[inline]
pub fn run<M: Message, S, N: Next<M, S>>(
    chain: N,
    input: M::In<'_>,
    cx: &mut Context<S>,
) -> impl Future<Output = Outcome<M>> + Send {
    chain.run(input, cx)
}
