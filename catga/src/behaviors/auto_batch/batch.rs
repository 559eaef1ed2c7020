use core::future::Future;
use core::hash::Hash;

use crate::message::{Kind, Message, Replies};

/// A message that can be one of a batch: a command or a query whose error is `Clone`.
#[diagnostic::on_unimplemented(
    message = "CATGA087: `{Self}` cannot be one of a batch",
    label = "an event, a stream query, or an error that is not `Clone`",
    note = "derive `Clone` for the error of `{Self}`, as the error of a whole batch is that of each message; events and streams are not batched, so let a handler of the event send a command that is"
)]
pub trait Batchable: Message {
    /// The error of a whole batch, once more.
    fn again(error: &Self::Error) -> Self::Error;
}

#[diagnostic::do_not_recommend]
impl<M: Message<Kind: SharesErrors<M::Error>>> Batchable for M {
    #[inline]
    fn again(error: &M::Error) -> M::Error {
        M::Kind::again(error)
    }
}

/// A kind whose messages can be batched, where their error is `E`. One trait asks both, so that what does not fit
/// is one error.
pub trait SharesErrors<E>: Kind {
    /// The error, once more.
    fn again(error: &E) -> E;
}

#[diagnostic::do_not_recommend]
impl<K: Replies, E: Clone> SharesErrors<E> for K {
    #[inline]
    fn again(error: &E) -> E {
        error.clone()
    }
}

/// What runs many messages at once.
#[diagnostic::on_unimplemented(
    message = "CATGA087: `{Self}` runs no batches of `{M}`",
    label = "no batch of `{M}`",
    note = "write `impl Batch<{M}> for {Self}`"
)]
pub trait Batch<M: Batchable>: Send + Sync + 'static {
    /// Messages of one key make one batch; `()` where all do.
    type Key: Eq + Hash + Clone + Send + Sync + 'static;

    /// The message's key.
    fn key(&self, message: &M) -> Self::Key;

    /// Runs the messages, at least one, in the order in which they came, and answers each at its place.
    ///
    /// # Errors
    /// An error of the whole batch is the error of each message in it.
    fn run(&self, key: &Self::Key, batch: Vec<M>) -> impl Future<Output = Answers<M>> + Send;
}

/// What a batch answers: the messages' own answers in their order, or one error for all.
pub type Answers<M> = Result<Vec<Result<<M as Message>::Reply, <M as Message>::Error>>, <M as Message>::Error>;
