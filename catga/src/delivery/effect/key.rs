use core::fmt;

use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

use crate::delivery::Idempotent;
use crate::delivery::idempotent::key::{BY_CALLER, BY_ID, without_id};
use crate::error::Failure;
use crate::scope::{Context, Scope};
use crate::store::{StoreId, Transacts};

/// What an effect outside of the store is known by there, such as the idempotency key of a card gateway: the same for
/// every attempt at a message, and for no two effects of any store.
///
/// It is a text of hex digits, slashes and the effect's name: 52 bytes and that name. It is longer where the effect's
/// [part](super::Effect::part) has more than one hex digit, and where the caller has named its request itself, by what
/// it said.
///
/// The message is the one that came from outside, over a transport, out of an outbox or from a caller in this process:
/// what a handler sends in this process is a part of that. A caller's own
/// [`idempotency-key`](Idempotent::HEADER), together with the message's name, stands for the id, as it does for
/// [`Idempotent`]. Attempts are those at one message: a caller that sends a command anew, with neither its id nor a
/// key, asks for another effect.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct EffectKey(String);

impl EffectKey {
    /// The key of an effect by its name, for a handler outside of any transaction. Inside of one it is
    /// [`cx.effect_key(name)`](crate::delivery::Within::effect_key).
    ///
    /// # Errors
    /// The message has no id, as the mediator's source of ids has failed; or the store cannot be reached.
    pub async fn of<D: Transacts, S: Scope>(store: &D, cx: &Context<S>, name: &str) -> Result<Self, Failure> {
        let message = message(&**cx)?;
        let store = store.store_id().await.map_err(Failure::from_error)?;
        Ok(Self::new(store, &message, name, 0))
    }

    pub(in crate::delivery) fn new(store: StoreId, message: &[u8], name: &str, part: u64) -> Self {
        Self(match message.split_first() {
            Some((&BY_CALLER, named)) => {
                let (of, named) = named.split_at(named.len().min(8));
                let of = of.iter().fold(0, |of: u64, byte| of << 8 | u64::from(*byte));
                format!("{store}/{part:x}/{name}/{of:016x}={}", String::from_utf8_lossy(named))
            }
            Some((_, id)) => {
                let id = id.iter().fold(0, |id: u64, byte| id << 8 | u64::from(*byte));
                format!("{store}/{part:x}/{name}/{id:016x}")
            }
            None => format!("{store}/{part:x}/{name}"),
        })
    }

    /// The key as a text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for EffectKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for EffectKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "EffectKey({})", self.0)
    }
}

/// What is the same for all attempts at the message from outside that this one is or follows from.
pub(in crate::delivery) fn message<S: Scope>(scope: &S) -> Result<Vec<u8>, Failure> {
    let frame = scope.frame().outermost();
    if frame.is_cause()
        && let Some(named) = frame.headers().get(Idempotent::<()>::HEADER)
    {
        // One name that a caller gives to two messages is two requests.
        return Ok([&[BY_CALLER][..], &frame.key().0.to_be_bytes(), named.as_bytes()].concat());
    }
    let id = frame.message_id(scope.app());
    if id.is_nil() {
        return Err(without_id("its effects"));
    }
    Ok([&[BY_ID][..], &id.get().to_be_bytes()].concat())
}
