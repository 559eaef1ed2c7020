use alloc::borrow::ToOwned as _;
use alloc::vec::Vec;

use crate::contract::Includes;
use crate::envelope::Envelope;
use crate::error::{Class, Failure};
use crate::message::{Faultless, Faulty, Message, Unsent};
use crate::remote::request::write_to;
use crate::scope::{Context, Inside, Mediator};
use crate::store::outbox::OutboxMessage;
use crate::wire::{Outlines, WireError};

/// A message that the mediator `A` can put into a store, as it can read it again.
///
/// It is an envelope with the codec of the message, or else of the mediator.
#[diagnostic::on_unimplemented(
    message = "CATGA110: `{A}` cannot store `{M}`",
    label = "published or enqueued inside of a transaction",
    note = "say `#[mediator(serves)]` at `{A}`, so that what it handles is read from bytes, with `{M}` among it; and derive `Serialize` and `Deserialize` (serde) for its messages"
)]
pub trait Stored<A: Mediator, M: Message> {
    /// The message as a row.
    ///
    /// # Errors
    /// It has no bytes, or there is no id for it.
    #[doc(hidden)]
    fn row(message: &M, cx: &Context<Inside<'_, A>>) -> Result<OutboxMessage, Failure>;
}

#[diagnostic::do_not_recommend]
impl<A: Mediator + Includes<M>, M: Message> Stored<A, M> for Faultless {
    fn row(message: &M, cx: &Context<Inside<'_, A>>) -> Result<OutboxMessage, Failure> {
        row(message, cx)
    }
}

#[diagnostic::do_not_recommend]
impl<A: Mediator + Includes<M>, M: Message> Stored<A, M> for Faulty {
    fn row(message: &M, cx: &Context<Inside<'_, A>>) -> Result<OutboxMessage, Failure> {
        row(message, cx)
    }
}

/// What never is, is never stored.
#[diagnostic::do_not_recommend]
impl<A: Mediator, M: Message> Stored<A, M> for Unsent {
    fn row(_: &M, _: &Context<Inside<'_, A>>) -> Result<OutboxMessage, Failure> {
        Err(Failure::new("catga.delivery.unsent", Class::Permanent))
    }
}

/// What stands before the key of a row. Without a key of its own a message is in no order with others.
const UNKEYED: u8 = 0;
const KEYED: u8 = 1;

fn row<A, M>(message: &M, cx: &Context<Inside<'_, A>>) -> Result<OutboxMessage, Failure>
where
    A: Mediator + Includes<M>,
    M: Message,
{
    // Without a budget: whoever wrote it waits for it no longer.
    let mut body = Vec::new();
    let said = (None, Outlines::of_message::<M, A>());
    let (id, _) = write_to::<M, A, _, _>(&mut body, None, message, cx, said).map_err(Failure::from_error)?;
    if id.is_nil() {
        // Two without an id would be one.
        return Err(Failure::with_source(
            "catga.delivery.no_id",
            Class::Transient,
            "the mediator's id source gave no id for a message that is to be stored; look at `#[mediator(ids = ..)]`",
        ));
    }
    let envelope = Envelope::decode(&body).map_err(|error| Failure::from_error(WireError::from(error)))?;
    let key = match envelope.ordering {
        Some(ordering) => keyed(ordering),
        // Rows lie in the order of their keys, and relays claim them in it. The ids of what a handler publishes are
        // anywhere; by what they came of first, those that were written together lie together, and mostly by their age.
        None => {
            let (cause, id) = (cx.correlation_id().get().to_be_bytes(), id.get().to_be_bytes());
            [&[UNKEYED][..], &cause, &id].concat()
        }
    };
    Ok(OutboxMessage { id: id.get(), name: M::INFO.name.to_owned(), key, body })
}

/// The key of rows of messages with this one.
pub(super) fn keyed(ordering: &[u8]) -> Vec<u8> {
    [&[KEYED], ordering].concat()
}

/// Whether the rows of this key are in an order.
pub(in crate::delivery) fn is_keyed(key: &[u8]) -> bool {
    key.first() == Some(&KEYED)
}
