use super::answer::read;
use super::request::{Budget, Written, write};
use super::{Crosses, Remote, UnreadAnswer};
use crate::contract::Includes;
use crate::error::Error;
use crate::message::{Message, Outcome, Replies};
use crate::scope::{Context, Scope};
use crate::transport::Requests;
use crate::wire::{Asked, WireError};

#[diagnostic::do_not_recommend]
impl<M, C, T> Crosses<M, C, T> for Asked
where
    M: for<'a> Message<Kind: Replies, In<'a> = M>,
    C: Includes<M, Way = Self>,
    T: Requests,
{
    #[inline]
    async fn cross<S: Scope>(remote: &Remote<T, C>, input: M::In<'_>, cx: &mut Context<S>) -> Outcome<M> {
        let budget = Budget::of(cx, remote.patience);
        let Written { bytes, id, .. } = write::<M, C, S, T>(remote, &input, cx, Some(budget.span))?;
        drop(input);
        let answer = remote.transport.request(remote.endpoint_of::<M>(), bytes, Some(budget.span)).await;
        let answer = answer.map_err(|error| budget.failed(error))?;
        read::<M, C>(&answer, id, &remote.press)?.ok_or_else(|| ended(&answer))
    }
}

/// Rows, where one answer is due.
#[cold]
fn ended<E>(answer: &[u8]) -> Error<E> {
    UnreadAnswer::failure(WireError::Rejected { code: "catga.wire.wrong_answer" }, answer)
}
