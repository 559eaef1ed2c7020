use core::future::Future;
use core::hash::Hash;

use crate::message::Message;

/// What runs many messages at once.
#[diagnostic::on_unimplemented(
    message = "CATGA087: `{Self}` runs no batches of `{M}`",
    label = "no batch of `{M}`",
    note = "write `impl Batch<{M}> for {Self}`; its error is `Clone`, as the error of a whole batch is that of each message"
)]
pub trait Batch<M: Message<Error: Clone>>: Send + Sync + 'static {
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
