use core::future::Future;

use crate::message::{Message, Outcome};
use crate::scope::Context;

/// The rest of the chain: what a behavior is given to go on with. It is `Copy`, so that a retry may
/// run it again.
pub trait Next<M: Message, S>: Copy + Send + Sync {
    /// Runs the rest of the chain.
    fn run(self, input: M::In<'_>, cx: &mut Context<S>) -> impl Future<Output = Outcome<M>> + Send;
}

/// Runs a chain.
#[inline]
pub fn run<M: Message, S, N: Next<M, S>>(
    chain: N,
    input: M::In<'_>,
    cx: &mut Context<S>,
) -> impl Future<Output = Outcome<M>> + Send {
    chain.run(input, cx)
}
