use alloc::vec::Vec;

use super::Idempotent;
use crate::error::{Class, Error, Failure};
use crate::scope::{Context, Inside, Mediator};

/// What stands before a key: the caller's own names are apart from ids.
const BY_ID: u8 = 0;
const BY_CALLER: u8 = 1;

/// By what a repeat of the message is told.
pub(super) fn key<A: Mediator, E>(cx: &Context<Inside<'_, A>>) -> Result<Vec<u8>, Error<E>> {
    if cx.causation_id().is_nil()
        && let Some(named) = cx.headers().get(Idempotent::<()>::HEADER)
    {
        return Ok([&[BY_CALLER], named.as_bytes()].concat());
    }
    let id = cx.message_id();
    if id.is_nil() {
        // All without an id would be one.
        let text = "the message has no id to tell a repeat by; look at `#[mediator(ids = ..)]`";
        return Err(Error::Refused(Failure::with_source("catga.delivery.no_id", Class::Transient, text)));
    }
    Ok([&[BY_ID][..], &id.get().to_be_bytes()].concat())
}
