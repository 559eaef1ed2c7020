use core::future::Future;
use core::time::Duration;

use crate::error::Failure;
use crate::id::Id;
use crate::message::{Message, Never};
use crate::scope::Scope;

/// The method behind [`Enqueues`].
#[diagnostic::on_unimplemented(
    message = "CATGA112: this handler may not enqueue `{M}`",
    label = "not among the capabilities of its context",
    note = "add `Enqueues<{M}>` to the context's bounds: `cx: &mut Context<impl Enqueues<{M}>>`"
)]
pub trait EnqueueIn<M, K>: Scope {
    /// Stores the message with the transaction: it is handled after the commit, and nobody waits for its answer.
    ///
    /// The answer is its id, the same for every attempt at it.
    ///
    /// # Errors
    /// The transaction does not take it, or the message has no bytes; the code and the class tell.
    fn enqueue(&mut self, message: M) -> impl Future<Output = Result<Id, Failure>> + Send;

    /// The same, not before so long from now.
    ///
    /// # Errors
    /// As [`enqueue`](Self::enqueue).
    fn enqueue_after(&mut self, message: M, delay: Duration) -> impl Future<Output = Result<Id, Failure>> + Send;

    /// The same, not before this time, in milliseconds since 1970 by the store's clock.
    ///
    /// # Errors
    /// As [`enqueue`](Self::enqueue).
    fn enqueue_at(&mut self, message: M, unix_ms: u64) -> impl Future<Output = Result<Id, Failure>> + Send;

    /// The same at a time, in milliseconds since 1970, and again each time the period (a millisecond at least) has gone
    /// by, until it is [cancelled](crate::store::Scheduler::cancel) by the id that this answers. What was missed while
    /// nobody ran it comes once. Each time it is a message of its own, with an id that follows from that one.
    ///
    /// # Errors
    /// As [`enqueue`](Self::enqueue).
    fn enqueue_every(
        &mut self,
        message: M,
        first_ms: u64,
        period: Duration,
    ) -> impl Future<Output = Result<Id, Failure>> + Send;
}

/// May enqueue `M`, to be handled after the commit: `cx.enqueue(message)`.
#[diagnostic::on_unimplemented(
    message = "CATGA112: `{M}` cannot be enqueued here",
    label = "a handler enqueues `{M}`",
    note = "messages are enqueued in a transaction: put `commands: Transactional(self.db)` into the pipeline of the mediator or of this field"
)]
pub trait Enqueues<M: Message>: EnqueueIn<M, M::Key> + EnqueueIn<Never, <Never as Message>::Key> {}

impl<M: Message, S: EnqueueIn<M, M::Key> + EnqueueIn<Never, <Never as Message>::Key>> Enqueues<M> for S {}
