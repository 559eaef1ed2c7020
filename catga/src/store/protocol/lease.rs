use core::time::Duration;

use super::claim::{self, Claim, Head, State, until};
use crate::store::embedded::group::Write;
use crate::store::embedded::record::RecordKind;
use crate::store::embedded::space::Space;
use crate::store::embedded::store::Store;
use crate::store::embedded::transaction::Transaction;
use crate::store::error::{ErrorKind, StoreError};

/// A name that one owner has at a time, until a time.
///
/// Whoever holds it acts under its fence: in the store, through [`guard`](Self::guard); outside of it, by
/// handing the fence to what it acts on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lease {
    pub(in crate::store) name: String,
    claim: Claim,
    until: u64,
}

pub(in crate::store) const LOST: &str = "the lease was lost to another owner; stop the work that it guards";

impl Lease {
    #[cfg(feature = "sql")]
    pub(in crate::store) fn new(name: &str, claim: Claim, until: u64) -> Self {
        Self { name: name.into(), claim, until }
    }

    #[cfg(feature = "sql")]
    pub(in crate::store) fn held_until(&mut self, until: u64) {
        self.until = until;
    }

    /// Takes the lease of this name for so long. Cancel safe: one whose caller vanished ends by itself.
    ///
    /// # Errors
    /// `InProgress` where another has it; else as a commit's.
    pub async fn acquire<D>(store: &Store<D>, name: &str, owner: u64, time: Duration) -> Result<Self, StoreError> {
        let at = Space::Leases.with(name);
        let mut tx = store.begin()?;
        let now = tx.unix_ms();
        let seen = claim::peek::<()>(&mut tx, &at, RecordKind::Lease)?.map(|(head, ())| head);
        if let Some(head) = seen.filter(|head| head.state == State::Claimed && head.time > now) {
            return Err(taken(until(head.time, now)));
        }
        claim::unchanged(&mut tx, &at, seen.as_ref());
        let until = claim::end(now, time);
        claim::claim(&mut tx, at, RecordKind::Lease, owner, until, &())?;
        match tx.commit().await {
            Ok(committed) => Ok(Self { name: name.into(), claim: Claim { owner, fence: committed.sequence }, until }),
            // Whoever was faster has just taken it.
            Err(error) if error.kind() == ErrorKind::Conflict => Err(taken(time)),
            Err(error) => Err(error),
        }
    }

    /// Holds it for so long from now.
    ///
    /// # Errors
    /// `Lost` where another has it by now, or had it; else as a commit's.
    pub async fn renew<D>(&mut self, store: &Store<D>, time: Duration) -> Result<(), StoreError> {
        let mut tx = store.begin_own()?;
        let until = claim::end(tx.unix_ms(), time);
        self.guard(&mut tx);
        claim::put(&mut tx, self.key(), RecordKind::Lease, Head::new(State::Claimed, self.claim, until), &())?;
        tx.commit().await?;
        self.until = until;
        Ok(())
    }

    /// Gives it back.
    ///
    /// # Errors
    /// `Lost` where another has it by now; else as a commit's.
    pub async fn release<D>(self, store: &Store<D>) -> Result<(), StoreError> {
        let mut tx = store.begin_own()?;
        self.guard(&mut tx);
        tx.write(Write::delete(self.key()))?;
        tx.commit().await.map(drop)
    }

    /// The transaction commits only while the lease is held, whoever's clock is wrong; else it is `Lost`.
    pub fn guard(&self, tx: &mut Transaction) {
        claim::held(tx, &self.key(), self.claim, LOST);
    }

    /// Who holds it, and its fence.
    pub fn claim(&self) -> Claim {
        self.claim
    }

    /// Until when it is held, in milliseconds since 1970.
    pub fn until_ms(&self) -> u64 {
        self.until
    }

    fn key(&self) -> Vec<u8> {
        Space::Leases.with(self.name.as_str())
    }
}

pub(in crate::store) fn taken(retry_after: Duration) -> StoreError {
    StoreError::new(
        ErrorKind::InProgress { retry_after },
        "another owner has the lease; try again when it may have ended",
    )
}
