use alloc::borrow::ToOwned as _;
use alloc::vec::Vec;

use crate::codec::Codec as _;
use crate::contract::Includes;
use crate::envelope::Envelope;
use crate::error::{Class, Failure};
use crate::message::{Message, fnv};
use crate::scope::Mediator;
use crate::store::{ErrorKind, Recorded, StoreError};
use crate::wire::{Asked, Carries as _, Outlines, WireError};

/// What a reply is recorded as: its outline, where there is one, and above it the version of the message.
fn schema<M: Message, A: Includes<M, Way = Asked>>() -> u64 {
    u64::from(Outlines::of_answer::<M, A>().0) | u64::from(M::INFO.version.saturating_sub(1)) << 32
}

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

    /// The same of one that has arrived as this: where that is of an older version, it is compared as the program did
    /// that knew no other.
    ///
    /// # Errors
    /// It has no bytes.
    #[doc(hidden)]
    fn fingerprint_of(message: &M, arrived: Option<&Envelope<'_>>) -> Result<u64, Failure> {
        match arrived {
            Some(older) if older.version != M::INFO.version && older.compression.is_none() => Ok(fnv::of(older.body)),
            _ => Self::fingerprint(message),
        }
    }

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
        Ok(Recorded { codec, schema: schema::<M, A>(), reply: bytes })
    }

    fn reply(recorded: &Recorded) -> Result<M::Reply, Failure> {
        let unread = |text: &str| Failure::with_source("catga.delivery.recorded_reply", Class::Permanent, text);
        let Recorded { codec, schema: theirs, reply } = recorded;
        let ours = schema::<M, A>();
        // What has names is what they say, or does not decode. Any other may decode as something else.
        let is_named = <A as Includes<M>>::Codec::NAMED;
        // One that was recorded without its outline is of an older release of Catga: its version has to do.
        let is_unlined = *theirs << 32 == 0 && *theirs == ours >> 32 << 32;
        let is_ours = *theirs == ours || is_unlined || (is_named && (*theirs ^ ours) << 32 == 0);
        if codec != <A as Includes<M>>::Codec::NAME || !is_ours {
            return Err(unread(
                "the command was done, and its reply was recorded by a program with another version, codec or schema of it; look at its effect",
            ));
        }
        <A as Includes<M>>::Codec::decode_answer(reply)
            .map_err(|_| unread("the command was done, and its recorded reply does not decode; look at its effect"))
    }
}
