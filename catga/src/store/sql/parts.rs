//! The parts of a request that are done, each recorded with its effect.

use super::dialect::{Dialect, Value};
use super::own::Own;
use super::sql::Sql;
use super::tx::SqlTx;
use crate::store::error::{ErrorKind, StoreError};
use crate::store::protocol::idempotency::{Fingerprint, Idempotency, mismatch};
use crate::store::protocol::parts::{DONE, part_key, part_of};

const RECORD: &str = "insert into catga_idempotency \
    (scope, key, state, owner, fence, time_ms, request, codec, reply_schema, reply) \
    values ($1, $2, 2, 0, 0, $3, $4, '', 0, $5) on conflict (scope, key) do nothing";

const PARTS: &str = "select key, request from catga_idempotency where scope = $1 and key >= $2 and key < $3";

/// A request, with its parts.
const FORGET: &str = "delete from catga_idempotency where scope = $1 and (key = $2 or key >= $3 and key < $4)";

/// From the first part of a request to behind its last.
fn parts_of(key: &[u8]) -> (Vec<u8>, Vec<u8>) {
    let first = part_key(key, "");
    let end = [&first[..], &[u8::MAX]].concat();
    (first, end)
}

impl<Db: Dialect> Own<Db> {
    /// Forgets a request: its claim or its reply, and its parts.
    pub(super) async fn forget_request(&mut self, records: &Idempotency, key: &[u8]) -> Result<(), StoreError> {
        let (first, end) = parts_of(key);
        let values = [Value::Text(records.scope), Value::Bytes(key), Value::Bytes(&first), Value::Bytes(&end)];
        self.run(FORGET, &values).await.map(drop)
    }
}

impl<Db: Dialect> SqlTx<Db> {
    /// Records a part of a request, in the transaction of its effect. Of two transactions that record one, one commits.
    ///
    /// # Errors
    /// `Conflict`, here or at the commit, where another has recorded it; else as a statement's.
    pub async fn record_part(
        &mut self,
        records: &Idempotency,
        key: &[u8],
        part: &str,
        request: Fingerprint,
    ) -> Result<(), StoreError> {
        let (key, now) = (part_key(key, part), self.shared.unix_ms());
        let values = [
            Value::Text(records.scope),
            Value::Bytes(&key),
            Value::Int(now.cast_signed()),
            Value::Int(request.cast_signed()),
            Value::Bytes(b""),
        ];
        match self.run(RECORD, &values).await?.affected {
            0 => Err(StoreError::new(ErrorKind::Conflict, DONE)),
            _ => Ok(()),
        }
    }
}

impl<Db: Dialect, D: 'static> Sql<Db, D> {
    /// The parts of a request that are recorded.
    ///
    /// # Errors
    /// `Mismatch` where they are of another request; else as a read's.
    pub async fn recorded_parts(
        &self,
        records: &Idempotency,
        key: &[u8],
        request: Fingerprint,
    ) -> Result<Vec<String>, StoreError> {
        let (first, end) = parts_of(key);
        let values = [Value::Text(records.scope), Value::Bytes(&first), Value::Bytes(&end)];
        let mut parts = Vec::new();
        for mut row in self.shared.read(PARTS, &values).await? {
            if row.bits(1)? != request {
                return Err(mismatch());
            }
            parts.push(part_of(key.len(), &row.bytes(0)?)?);
        }
        Ok(parts)
    }
}
