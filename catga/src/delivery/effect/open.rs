use alloc::vec::Vec;

use serde::de::DeserializeOwned;

use super::Effect;
use crate::store::port::Affects;
use crate::store::{EffectId, ErrorKind, OpenEffect, StoreError, Transacts, value};

/// Up to `limit` effects whose answer is not known, of all names, after one of them: those that are parked, and those
/// that are under way. Of one that an operator has to look at, [`Effect::request`] says what was asked for, and
/// [`Effect::key`](Effect::key) by which key.
///
/// # Errors
/// As a read's.
pub async fn unanswered<D: Affects>(
    store: &D,
    after: Option<&EffectId>,
    limit: usize,
) -> Result<Vec<OpenEffect>, StoreError> {
    store.open_effects(after, limit).await
}

impl<Q, T> Effect<Q, T> {
    /// What was asked for.
    ///
    /// # Errors
    /// `Missing` where it is another effect; `Encoding` where the request was another type.
    pub fn request(&self, open: &OpenEffect) -> Result<Q, StoreError>
    where
        Q: DeserializeOwned,
    {
        self.is_mine(&open.id)?;
        value::decode(&open.request)
    }

    /// By which key it was asked for.
    ///
    /// # Errors
    /// `Missing` where it is another effect; else the store cannot be reached.
    pub async fn key<D: Transacts>(&self, store: &D, id: &EffectId) -> Result<super::EffectKey, StoreError> {
        self.is_mine(id)?;
        Ok(super::EffectKey::new(store.store_id().await?, &id.message, &id.name, id.part))
    }

    pub(super) fn is_mine(&self, id: &EffectId) -> Result<(), StoreError> {
        if id.name == self.effects.name() {
            return Ok(());
        }
        Err(StoreError::new(ErrorKind::Missing, "it is an effect of another name; ask that one"))
    }
}
