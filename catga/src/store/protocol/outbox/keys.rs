//! Keys that do not simply wait for their turn, and what an operator does with them.

use serde::{Deserialize, Serialize};

use super::outbox::Outbox;
use crate::store::embedded::group::Write;
use crate::store::embedded::record::RecordKind;
use crate::store::embedded::space::Space;
use crate::store::embedded::store::Store;
use crate::store::embedded::transaction::Transaction;
use crate::store::error::{ErrorKind, StoreError};
use crate::store::protocol::claim::{self, Claim, Head, State};
use crate::store::span;

/// Why a key does not move, and how often its first message has failed.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(super) struct Trouble {
    pub(super) attempts: u32,
    pub(super) error: String,
}

/// What is with a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeyState {
    /// A relay has it, until then.
    Claimed,
    /// Its first message has failed, and is tried again then.
    Waiting,
    /// Its first message was given up; nothing of the key moves until somebody [resumes](Outbox::resume) it.
    Parked,
    /// Its first message is one that this program does not know; it moves when a program [resumes](Outbox::resume) it.
    Held,
}

/// A key that is held.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HeldKey {
    /// The key.
    pub key: Vec<u8>,
    /// The id of its first message.
    pub id: u64,
    /// The name of its first message.
    pub name: String,
}

/// What is with a key that does not simply wait for its turn.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyInfo {
    /// The key.
    pub key: Vec<u8>,
    /// What is with it.
    pub state: KeyState,
    /// Since or until when, in milliseconds since 1970.
    pub time_ms: u64,
    /// How often its first message has failed.
    pub attempts: u32,
    /// What the last failure said.
    pub error: String,
}

impl Outbox {
    /// Lets the transaction commit only while a key is that relay's: what a handler does for a relay that has lost its
    /// key is not done.
    pub(in crate::store) fn hold(&self, tx: &mut Transaction, key: &[u8], claim: Claim) {
        claim::held(tx, &self.state(key), claim, super::relay::LOST);
    }

    /// Keys that are claimed, wait, are parked or held: up to `limit`, after the key `after`.
    ///
    /// # Errors
    /// As a read's.
    pub fn keys<D>(&self, store: &Store<D>, after: Option<&[u8]>, limit: usize) -> Result<Vec<KeyInfo>, StoreError> {
        let tx = store.begin_own()?;
        let mut span = Space::OutboxKey.span(self.name);
        if let Some(after) = after {
            span.start = span::next(&self.state(after));
        }
        let mut keys = Vec::new();
        for (at, record) in tx.glance(&span, limit)? {
            let (_, key): (String, Vec<u8>) = Space::OutboxKey.parts(&at)?;
            let (head, trouble): (Head, Trouble) = claim::parse(&at, &record, RecordKind::Outbox)?;
            let state = match head.state {
                State::Claimed => KeyState::Claimed,
                State::Ready | State::Done => KeyState::Waiting,
                State::Dead => KeyState::Parked,
                State::Held => KeyState::Held,
            };
            keys.push(KeyInfo { key, state, time_ms: head.time, attempts: trouble.attempts, error: trouble.error });
        }
        Ok(keys)
    }

    /// Keys that are held, each with what its first message is: up to `limit`, after the key `after`.
    ///
    /// # Errors
    /// As a read's.
    pub fn held<D>(&self, store: &Store<D>, after: Option<&[u8]>, limit: usize) -> Result<Vec<HeldKey>, StoreError> {
        const AT_ONCE: usize = 256;
        let (mut held, mut after) = (Vec::new(), after.map(<[u8]>::to_vec));
        while held.len() < limit {
            let keys = self.keys(store, after.as_deref(), AT_ONCE)?;
            let is_all = keys.len() < AT_ONCE;
            after = keys.last().map(|last| last.key.clone());
            for KeyInfo { key, .. } in keys.into_iter().filter(|key| key.state == KeyState::Held) {
                let first = self.first(&store.begin_own()?, &key, 1, 0)?.pop();
                held.extend(first.map(|row| HeldKey { key, id: row.message.id, name: row.message.name }));
            }
            if is_all {
                break;
            }
        }
        held.truncate(limit);
        Ok(held)
    }

    /// Lets a parked or held key move again, from its first message on.
    ///
    /// # Errors
    /// `Missing` where the key is neither; else as a commit's.
    pub async fn resume<D>(&self, store: &Store<D>, key: &[u8]) -> Result<(), StoreError> {
        let mut tx = store.begin_own()?;
        let at = self.state(key);
        let seen = claim::peek::<Trouble>(&mut tx, &at, RecordKind::Outbox)?.map(|(head, _)| head);
        let Some(head) = seen.filter(|head| matches!(head.state, State::Dead | State::Held)) else {
            return Err(StoreError::new(ErrorKind::Missing, "the key of the outbox is neither parked nor held"));
        };
        claim::unchanged(&mut tx, &at, Some(&head));
        tx.write(Write::delete(at))?;
        tx.write(Write::put(self.ready(key), RecordKind::Index, 0, &[]))?;
        tx.commit().await.map(drop)
    }
}
