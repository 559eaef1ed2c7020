use core::time::Duration;

use super::claim::{self, Claim, Head, State, millis};
use crate::store::embedded::record::RecordKind;
use crate::store::embedded::space::Space;
use crate::store::embedded::store::Store;
use crate::store::error::{ErrorKind, StoreError};

/// The times that one worker's ids may have, for as long as nobody else takes its number over.
///
/// What is reserved is written before an id of it is given out, so that none is given out twice: not after a restart with
/// a clock that was set back, and not by a second process with the same number, which begins above what the first had
/// reserved.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reservation {
    worker: u64,
    claim: Claim,
    from_ms: u64,
    until_ms: u64,
}

/// How many milliseconds of ids whoever takes a number over gets at least, where its clock is behind.
pub(in crate::store) const LEAST_MS: u64 = 1_000;

/// How often it is tried while others take the same number.
const TRIES: usize = 8;

pub(in crate::store) const LOST: &str =
    "another process has taken the worker's number over; give each process a number of its own";

impl Reservation {
    #[cfg(feature = "sql")]
    pub(in crate::store) fn new(worker: u64, claim: Claim, from_ms: u64, until_ms: u64) -> Self {
        Self { worker, claim, from_ms, until_ms }
    }

    /// Takes a worker's number over, and reserves ids of so long from now.
    ///
    /// # Errors
    /// As a commit's.
    pub async fn take<D>(store: &Store<D>, worker: u64, ahead: Duration) -> Result<Self, StoreError> {
        let mut tries = 0;
        loop {
            let at = Space::Workers.with(worker);
            let mut tx = store.begin()?;
            let seen = claim::peek::<()>(&mut tx, &at, RecordKind::Worker)?.map(|(head, ())| head);
            claim::unchanged(&mut tx, &at, seen.as_ref());
            let from_ms = seen.map_or(0, |head| head.time);
            let until_ms = tx.unix_ms().saturating_add(millis(ahead)).max(from_ms.saturating_add(LEAST_MS));
            claim::claim(&mut tx, at, RecordKind::Worker, worker, until_ms, &())?;
            tries += 1;
            match tx.commit().await {
                Ok(committed) => {
                    let claim = Claim { owner: worker, fence: committed.sequence };
                    return Ok(Self { worker, claim, from_ms, until_ms });
                }
                Err(error) if error.kind() == ErrorKind::Conflict && tries < TRIES => {}
                Err(error) => return Err(error),
            }
        }
    }

    /// Reserves ids up to a time, in milliseconds since 1970.
    ///
    /// # Errors
    /// `Lost` where another has taken the number over; else as a commit's.
    pub async fn extend<D>(&mut self, store: &Store<D>, until_ms: u64) -> Result<(), StoreError> {
        let until_ms = until_ms.max(self.until_ms);
        let at = Space::Workers.with(self.worker);
        let mut tx = store.begin()?;
        claim::held(&mut tx, &at, self.claim, LOST);
        claim::put(&mut tx, at, RecordKind::Worker, Head::new(State::Claimed, self.claim, until_ms), &())?;
        tx.commit().await?;
        self.until_ms = until_ms;
        Ok(())
    }

    /// The worker's number.
    pub fn worker(&self) -> u64 {
        self.worker
    }

    /// Who has it, and since when.
    pub fn claim(&self) -> Claim {
        self.claim
    }

    /// The first time that an id of it may have, in milliseconds since 1970.
    pub fn from_ms(&self) -> u64 {
        self.from_ms
    }

    /// The first time that is no longer reserved.
    pub fn until_ms(&self) -> u64 {
        self.until_ms
    }

    #[cfg(feature = "sql")]
    pub(in crate::store) fn reserved_until(&mut self, until_ms: u64) {
        self.until_ms = until_ms;
    }
}
