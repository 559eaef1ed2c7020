//! Replies and answers that were recorded long ago, forgotten.

use core::future::Future;
use core::time::Duration;

use super::deliver::Target;
use super::relay::Relay;
use crate::contract::Contract;
use crate::store::port::{Affects, Drains, Remembers};
use crate::store::{ErrorKind, Idempotency, StoreError};
use crate::time::Cancel;

/// How often it is looked for, at most.
pub(super) const EVERY: Duration = Duration::from_secs(10 * 60);

/// How long replies are kept, unless it is said.
pub(super) const KEPT: Duration = Duration::from_secs(24 * 60 * 60);

/// How many are forgotten in one commit.
const AT_ONCE: usize = 256;

impl<D, S: Drains<Marker = D>> Relay<D, S> {
    /// Forgets what is older than it is to be kept.
    pub(super) async fn forget<T: Target>(&self, target: &T, stop: &Cancel)
    where
        S: Affects,
    {
        let replies = target.forget(self.replies, stop).await;
        let answers = all(stop, || self.store.trim_answers(AT_ONCE)).await;
        for _refused in replies.err().into_iter().chain(answers.err()) {
            self.counts.store_errors.add();
        }
    }
}

/// Forgets part after part, until nothing is left or it is told to stop.
async fn all<F>(stop: &Cancel, forget: impl Fn() -> F) -> Result<(), StoreError>
where
    F: Future<Output = Result<usize, StoreError>>,
{
    while !stop.is_cancelled() {
        match forget().await {
            Ok(AT_ONCE) => {}
            Ok(_) => break,
            // Another relay is at the same.
            Err(error) if error.kind() == ErrorKind::Conflict => break,
            Err(error) => return Err(error),
        }
    }
    Ok(())
}

/// Forgets the replies to the commands of a contract.
pub(super) async fn forget_replies<C: Contract, S: Remembers>(
    store: &S,
    retention: Duration,
    stop: &Cancel,
) -> Result<(), StoreError> {
    for member in C::MEMBERS.iter().filter(|member| member.message.kind == "command") {
        let replies = Idempotency::new(member.message.name).retention(retention);
        all(stop, || store.trim_replies(&replies, AT_ONCE)).await?;
    }
    Ok(())
}
