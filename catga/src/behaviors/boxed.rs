use core::future::Future;
use core::pin::Pin;

use alloc::boxed::Box;

use crate::message::{Message, Outcome};
use crate::pipeline::{Behavior, Next};
use crate::scope::{Context, Dispatched};

/// Puts the rest of the chain on the heap: one allocation a message.
///
/// Chains are inlined, so handlers that send to handlers make one deep type, and rustc stops at a depth
/// of 128 ("queries overflow the depth limit"). `Boxed` cuts it, and makes a long chain's future small
/// where it is held.
///
/// A call that is dropped drops the rest of the chain where it waits, and frees it.
#[derive(Clone, Copy, Debug, Default)]
pub struct Boxed;

impl<M: Message, S: Dispatched> Behavior<M, S> for Boxed {
    async fn around<N: Next<M, S>>(&self, input: M::In<'_>, cx: &mut Context<S>, next: N) -> Outcome<M> {
        let rest: Pin<Box<dyn Future<Output = Outcome<M>> + Send + '_>> = Box::pin(next.run(input, cx));
        rest.await
    }
}
