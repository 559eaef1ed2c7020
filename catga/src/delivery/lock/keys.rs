use core::fmt;
use core::marker::PhantomData;

use alloc::vec::Vec;

use crate::buffer::Sink;
use crate::codec::{EncodeError, KeyBytes, Keyed};
use crate::message::{ByKey, Message, OnWire};

/// What a [`Lock`](super::Lock) locks by.
#[diagnostic::on_unimplemented(
    message = "CATGA114: `Lock` has no key for `{M}`",
    label = "what is to be locked?",
    note = "say `key = field` at `{M}`, or which it is at the lock: `Lock(self.db).by(|message: &{M}| message.field)`; or leave it out with `#[pipeline(without(Lock))]`"
)]
pub trait LockKeys<M>: Send + Sync {
    /// Writes the key.
    ///
    /// # Errors
    /// It has no bytes.
    #[doc(hidden)]
    fn write_key<S: Sink>(&self, message: &M, sink: &mut S) -> Result<(), EncodeError>;
}

/// The key is what the message says by `key = field`.
#[derive(Clone, Copy, Debug)]
pub struct ByField;

#[diagnostic::do_not_recommend]
impl<M: Message<Wire: OnWire<Order = ByKey>> + Keyed> LockKeys<M> for ByField {
    fn write_key<S: Sink>(&self, message: &M, sink: &mut S) -> Result<(), EncodeError> {
        message.write_key(sink)
    }
}

/// The key is what a function answers.
pub struct By<F, M, K>(pub(super) F, pub(super) PhantomData<fn(&M) -> K>);

impl<F, M, K> fmt::Debug for By<F, M, K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("By").finish_non_exhaustive()
    }
}

#[diagnostic::do_not_recommend]
impl<F: Fn(&M) -> K + Send + Sync, M, K: KeyBytes> LockKeys<M> for By<F, M, K> {
    fn write_key<S: Sink>(&self, message: &M, sink: &mut S) -> Result<(), EncodeError> {
        (self.0)(message).write(sink)
    }
}

/// The key's bytes.
pub(super) fn key_of<M>(keys: &impl LockKeys<M>, message: &M) -> Result<Vec<u8>, EncodeError> {
    let mut key = Vec::new();
    keys.write_key(message, &mut key)?;
    Ok(key)
}
