use alloc::format;
use alloc::vec::Vec;

use super::Idempotent;
use crate::error::{Class, Error, Failure};
use crate::scope::{Context, Inside, Mediator};

/// What stands before a key: the caller's own names are apart from ids.
pub(in crate::delivery) const BY_ID: u8 = 0;
pub(in crate::delivery) const BY_CALLER: u8 = 1;

/// A message without an id, by which `what` would be told: all without one would be one.
pub(in crate::delivery) fn without_id(what: &str) -> Failure {
    let text = format!("the message has no id to tell {what} by; look at `#[mediator(ids = ..)]`");
    Failure::with_source("catga.delivery.no_id", Class::Transient, text)
}

/// By what a repeat of the message is told.
pub(super) fn key<A: Mediator, E>(cx: &Context<Inside<'_, A>>) -> Result<Vec<u8>, Error<E>> {
    if cx.causation_id().is_nil()
        && let Some(named) = cx.headers().get(Idempotent::<()>::HEADER)
    {
        return Ok([&[BY_CALLER], named.as_bytes()].concat());
    }
    let id = cx.message_id();
    if id.is_nil() {
        return Err(Error::Refused(without_id("a repeat")));
    }
    Ok([&[BY_ID][..], &id.get().to_be_bytes()].concat())
}
