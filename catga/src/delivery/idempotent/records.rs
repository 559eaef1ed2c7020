use alloc::borrow::ToOwned as _;
use alloc::vec::Vec;

use crate::codec::Codec as _;
use crate::contract::Includes;
use crate::error::{Class, Failure};
use crate::message::{Message, fnv};
use crate::scope::Mediator;
use crate::store::{ErrorKind, Recorded, StoreError};
use crate::wire::{Asked, Carries as _, WireError};

/// A mediator that can write and read the reply of `M`.
#[diagnostic::on_unimplemented(
    message = "CATGA113: `{Self}` cannot record the reply of `{M}`",
    label = "its replies have no bytes",
    note = "say `#[mediator(serves)]` at `{Self}`, and derive `Serialize` and `Deserialize` (serde) for its messages; for other messages than commands, `commands: Idempotent(..)` passes them by"
)]
pub trait Records<M: Message>: Mediator {
    /// A number over all that the message says.
    ///
    /// # Errors
    /// It has no bytes.
    #[doc(hidden)]
    fn fingerprint(message: &M) -> Result<u64, Failure>;

    /// The reply as it is recorded.
    ///
    /// # Errors
    /// It has no bytes.
    #[doc(hidden)]
    fn recorded(reply: &M::Reply) -> Result<Recorded, StoreError>;

    /// The reply that was recorded.
    ///
    /// # Errors
    /// This program cannot read it.
    #[doc(hidden)]
    fn reply(recorded: &Recorded) -> Result<M::Reply, Failure>;
}

#[diagnostic::do_not_recommend]
impl<M: Message, A: Mediator + Includes<M, Way = Asked>> Records<M> for A {
    fn fingerprint(message: &M) -> Result<u64, Failure> {
        let mut bytes = Vec::new();
        <A as Includes<M>>::Codec::encode(message, &mut bytes)
            .map_err(|error| Failure::from_error(WireError::Unencodable { message: M::INFO.name, error }))?;
        Ok(fnv::of(&bytes))
    }

    fn recorded(reply: &M::Reply) -> Result<Recorded, StoreError> {
        let mut bytes = Vec::new();
        <A as Includes<M>>::Codec::encode_answer(reply, &mut bytes).map_err(|error| {
            StoreError::with_source(ErrorKind::Encoding, "a reply cannot be recorded; see its serialization", error)
        })?;
        let codec = <A as Includes<M>>::Codec::NAME.to_owned();
        Ok(Recorded { codec, schema: u64::from(A::SCHEMA.0), reply: bytes })
    }

    fn reply(recorded: &Recorded) -> Result<M::Reply, Failure> {
        let unread = |text: &str| Failure::with_source("catga.delivery.recorded_reply", Class::Permanent, text);
        let Recorded { codec, schema, reply } = recorded;
        if codec != <A as Includes<M>>::Codec::NAME || *schema != u64::from(A::SCHEMA.0) {
            return Err(unread(
                "the command was done, and its reply was recorded by a program with another codec or schema; look at its effect",
            ));
        }
        <A as Includes<M>>::Codec::decode_answer(reply)
            .map_err(|_| unread("the command was done, and its recorded reply does not decode; look at its effect"))
    }
}
