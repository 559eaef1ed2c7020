//! The parts of a request that are done before the whole of it is, each recorded with its effect.
//!
//! A message that an inbox has admitted may have several handlers, each with a transaction of its own. Each records
//! its part there; who handles the message once more leaves those parts out.

use super::claim;
use super::idempotency::{Fingerprint, Idempotency, Recorded, Request, mismatch};
use crate::store::embedded::group::{Need, Write};
use crate::store::embedded::record::RecordKind;
use crate::store::embedded::space::Space;
use crate::store::embedded::store::Store;
use crate::store::embedded::transaction::{Transaction, Unmet};
use crate::store::error::{ErrorKind, StoreError};
use crate::store::span::Span;

/// What stands between the key of a request and the name of a part: no byte of a text.
const PART: u8 = 0xff;

pub(in crate::store) const DONE: &str = "another attempt has done this part of the message; it is not done again";

/// Where a part is recorded, beside the request.
pub(in crate::store) fn part_key(key: &[u8], part: &str) -> Vec<u8> {
    [key, &[PART], part.as_bytes()].concat()
}

/// The part of which this is the key, of a request with a key of so many bytes.
pub(in crate::store) fn part_of(request: usize, key: &[u8]) -> Result<String, StoreError> {
    let name = key.get(request + 1..).and_then(|name| core::str::from_utf8(name).ok());
    let wrong = || StoreError::new(ErrorKind::Damaged, "the name of a part is cut off; restore a backup");
    name.map(str::to_owned).ok_or_else(wrong)
}

/// What is recorded of a part: nobody asks for a reply.
pub(in crate::store) fn nothing() -> Recorded {
    Recorded { codec: String::new(), schema: 0, reply: Vec::new() }
}

impl Idempotency {
    /// Records a part of a request, in the transaction of its effect. Of two transactions that record one, one commits.
    ///
    /// # Errors
    /// As a write's; the commit answers `Conflict` where another has recorded it.
    pub fn record_part(
        &self,
        tx: &mut Transaction,
        key: &[u8],
        part: &str,
        request: Fingerprint,
    ) -> Result<(), StoreError> {
        let key = part_key(key, part);
        tx.need(Need::absent(self.key(&key)), Unmet(ErrorKind::Conflict, DONE));
        self.record(tx, &key, request, nothing())
    }

    /// The parts of a request that are recorded.
    ///
    /// # Errors
    /// `Mismatch` where they are of another request; else as a read's.
    pub fn parts<D>(&self, store: &Store<D>, key: &[u8], request: Fingerprint) -> Result<Vec<String>, StoreError> {
        let mut parts = Vec::new();
        for (at, record) in store.begin_own()?.glance(&self.all_parts(key), usize::MAX)? {
            let (_, recorded) = claim::parse::<Request>(&at, &record, RecordKind::Idempotency)?;
            if recorded.request != request {
                return Err(mismatch());
            }
            let (_, part): (String, Vec<u8>) = Space::Idempotency.parts(&at)?;
            parts.push(part_of(key.len(), &part)?);
        }
        Ok(parts)
    }

    /// Forgets a request, as part of the transaction: its claim or its reply, and its parts.
    pub(in crate::store) fn forget(&self, tx: &mut Transaction, key: &[u8]) -> Result<(), StoreError> {
        let whole = self.key(key);
        let mut records = tx.glance(&self.all_parts(key), usize::MAX)?;
        records.extend(tx.peek(&whole)?.map(|record| (whole, record)));
        for (at, record) in records {
            let (head, _) = claim::parse::<Request>(&at, &record, RecordKind::Idempotency)?;
            let (_, key): (String, Vec<u8>) = Space::Idempotency.parts(&at)?;
            tx.write(Write::delete(self.age(head.time, &key)))?;
            tx.write(Write::delete(at))?;
        }
        Ok(())
    }

    fn all_parts(&self, key: &[u8]) -> Span {
        // Without the end of the key, so that it is the beginning of each part's.
        let mut first = self.key(&part_key(key, ""));
        first.truncate(first.len() - 2);
        Span::prefix(&first)
    }
}
