use super::Member;
use crate::codec::Codec;
use crate::codec::compression::Compresses;
use crate::describe::Part;
use crate::message::Message;

/// A set of messages that one mediator serves and others call.
///
/// Implemented by `#[contract]`, and for a mediator itself by `#[mediator(serves)]`:
///
/// ```
/// use catga::prelude::*;
/// use serde::{Deserialize, Serialize};
///
/// #[command(reply = u64)]
/// #[derive(Serialize, Deserialize)]
/// pub struct Add { pub a: u64, pub b: u64 }
///
/// #[contract(endpoint = "sums")]
/// pub struct Sums(Add);
/// ```
#[diagnostic::on_unimplemented(
    message = "CATGA093: `{Self}` is no contract",
    label = "not a contract",
    note = "list its messages: `#[contract] pub struct {Self}(PlaceOrder, GetOrder);`"
)]
pub trait Contract: Sized + Send + Sync + 'static {
    /// Its ident.
    const NAME: &'static str;
    /// Where its messages are sent to, unless one says otherwise.
    const DEFAULT_ENDPOINT: &'static str;
    /// The format of those that name none.
    type DefaultCodec: Codec;
    /// The compression of those that name none.
    type DefaultCompression: Compresses;
    /// Its messages, in order.
    const MEMBERS: &'static [Member];
    /// As of a handler set.
    #[doc(hidden)]
    const WIRE: &'static [(u64, u64, &'static str)];
    /// As of a handler set.
    #[doc(hidden)]
    const PART: Part;
}

/// The contract's message number `I`.
pub trait ContractSlot<const I: usize>: Contract {
    /// The message.
    type Message: Message;
}
