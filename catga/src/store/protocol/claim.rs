//! The one protocol of everything that is claimed: who has it, since when, and for how long.
//!
//! A record begins with its state, its owner, its fence and a time; what follows is its own. Every write after
//! a claim carries owner and fence as a precondition, so whoever has lost a claim can write nothing with it.
//! The fence is the sequence of the commit that made the claim: one counter for the whole store, which is
//! never deleted, and which a restored backup continues above all that it ever gave out.

use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::store::embedded::group::{Need, Write};
use crate::store::embedded::record::{self, RecordKind};
use crate::store::embedded::transaction::{Transaction, Unmet};
use crate::store::error::{ErrorKind, StoreError};
use crate::store::value;

/// What is with a record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub(crate) enum State {
    /// Whoever comes may claim it, from its time on.
    Ready = 0,
    /// Its owner has it, until its time.
    Claimed = 1,
    /// It is done, since its time.
    Done = 2,
    /// It is given up, since its time.
    Dead = 3,
    /// This program does not know what it is; a newer one may.
    Held = 4,
}

/// That a caller has claimed something: who it is, and its place in the order of all claims.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Claim {
    /// Who claimed it.
    pub owner: u64,
    /// Larger than that of every claim before, of anything in the store: hand it to what is outside of the
    /// store, so that it can refuse whoever is late.
    pub fence: u64,
}

/// The beginning of a record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Head {
    pub(crate) state: State,
    pub(crate) claim: Claim,
    /// Milliseconds since 1970.
    pub(crate) time: u64,
}

const FENCE: usize = 9;
/// State, owner and fence.
const WHO: usize = 17;
const HEAD: usize = WHO + 8;

impl Head {
    pub(crate) fn new(state: State, claim: Claim, time: u64) -> Self {
        Self { state, claim, time }
    }

    pub(crate) fn bytes(&self) -> Vec<u8> {
        let mut bytes = vec![self.state as u8];
        for number in [self.claim.owner, self.claim.fence, self.time] {
            bytes.extend_from_slice(&number.to_be_bytes());
        }
        bytes
    }

    /// Holds while the claim is the owner's, renewed or not.
    pub(crate) fn who(&self) -> Vec<u8> {
        let mut who = self.bytes();
        who.truncate(WHO);
        who
    }

    fn parse(payload: &[u8]) -> Result<(Self, &[u8]), StoreError> {
        let cut = || StoreError::new(ErrorKind::Damaged, "a record of a claim is cut off; restore a backup");
        let (head, rest) = payload.split_first_chunk::<HEAD>().ok_or_else(cut)?;
        let number =
            |at: usize| head.get(at..).and_then(<[u8]>::first_chunk::<8>).map(|bytes| u64::from_be_bytes(*bytes));
        let state = match head[0] {
            0 => State::Ready,
            1 => State::Claimed,
            2 => State::Done,
            3 => State::Dead,
            4 => State::Held,
            _ => {
                return Err(StoreError::new(
                    ErrorKind::Newer,
                    "a claim is in a state that only a newer program knows; run that",
                ));
            }
        };
        let claim = Claim { owner: number(1).ok_or_else(cut)?, fence: number(FENCE).ok_or_else(cut)? };
        Ok((Self { state, claim, time: number(WHO).ok_or_else(cut)? }, rest))
    }
}

/// Reads a record of a claim.
pub(crate) fn parse<R: DeserializeOwned>(key: &[u8], record: &[u8], kind: RecordKind) -> Result<(Head, R), StoreError> {
    let (head, rest) = Head::parse(record::payload(key, record, kind, 0)?)?;
    Ok((head, value::decode(rest)?))
}

/// The record of a key in the transaction's snapshot; changes of it are caught by preconditions alone.
pub(crate) fn peek<R: DeserializeOwned>(
    tx: &mut Transaction,
    key: &[u8],
    kind: RecordKind,
) -> Result<Option<(Head, R)>, StoreError> {
    tx.peek(key)?.map(|record| parse(key, &record, kind)).transpose()
}

fn payload<R: Serialize>(head: Head, rest: &R) -> Result<Vec<u8>, StoreError> {
    let mut payload = head.bytes();
    payload.extend_from_slice(&value::encode(rest)?);
    Ok(payload)
}

/// Writes a record whose fence is known.
pub(crate) fn put<R: Serialize>(
    tx: &mut Transaction,
    key: Vec<u8>,
    kind: RecordKind,
    head: Head,
    rest: &R,
) -> Result<(), StoreError> {
    tx.write(Write::put(key, kind, 0, &payload(head, rest)?))
}

/// Writes a claim whose fence is the sequence of this transaction.
pub(crate) fn claim<R: Serialize>(
    tx: &mut Transaction,
    key: Vec<u8>,
    kind: RecordKind,
    owner: u64,
    until: u64,
    rest: &R,
) -> Result<(), StoreError> {
    let head = Head::new(State::Claimed, Claim { owner, fence: 0 }, until);
    tx.write(Write::stamped(key, kind, &payload(head, rest)?, None, Some(FENCE)))
}

/// Commits only where the record is as it was seen, to the last renewal; another has been faster otherwise.
pub(crate) fn unchanged(tx: &mut Transaction, key: &[u8], seen: Option<&Head>) {
    let need = match seen {
        None => Need::absent(key.to_vec()),
        Some(head) => Need::starts_with(key.to_vec(), head.bytes()),
    };
    tx.need(need, Unmet(ErrorKind::Conflict, "somebody else was faster; run again"));
}

/// Commits only where the claim is still the caller's.
pub(crate) fn held(tx: &mut Transaction, key: &[u8], claim: Claim, lost: &'static str) {
    let who = Head::new(State::Claimed, claim, 0).who();
    tx.need(Need::starts_with(key.to_vec(), who), Unmet(ErrorKind::Lost, lost));
}

/// When what begins now and lasts so long ends, in milliseconds since 1970: at the last time that every store can keep,
/// where that is later.
pub(crate) fn end(now: u64, lasts: core::time::Duration) -> u64 {
    now.saturating_add(millis(lasts)).min(i64::MAX.cast_unsigned())
}

/// How long it is from `now` to a time, both in milliseconds.
pub(crate) fn until(time: u64, now: u64) -> core::time::Duration {
    core::time::Duration::from_millis(time.saturating_sub(now))
}

/// A duration in milliseconds.
pub(crate) fn millis(duration: core::time::Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}
