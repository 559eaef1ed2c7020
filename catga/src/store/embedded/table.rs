use core::borrow::Borrow;
use core::fmt;
use core::marker::PhantomData;
use core::ops::{Bound, RangeBounds};

use serde::Serialize;
use serde::de::DeserializeOwned;

use super::group::{NewRow, Write};
use super::record::{self, RecordKind};
use super::space::Space;
use super::transaction::Transaction;
use crate::store::error::{ErrorKind, StoreError};
use crate::store::key::{EncodeKey, RowKey};
use crate::store::span::{self, Direction, Span};
use crate::store::value;

/// A user's table: rows of type `V`, found by keys of type `K`, in the order of their keys.
///
/// It is a constant, and lives in every store that it is used with. Reads see the transaction's own writes.
///
/// ```
/// use catga::store::{Memory, Store, Table};
/// use catga::time::SystemRandom;
///
/// const ACCOUNTS: Table<u64, i64> = Table::new("accounts");
///
/// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), catga::store::StoreError> {
/// let store: Store = Store::new(Memory::new(&SystemRandom))?;
/// let mut tx = store.begin()?;
/// let cents = ACCOUNTS.get(&mut tx, &7).await?.unwrap_or_default();
/// ACCOUNTS.put(&mut tx, &7, &(cents + 100))?;
/// tx.commit().await?;
///
/// let mut tx = store.begin()?;
/// assert_eq!(ACCOUNTS.range(&mut tx, 1..).await?, [(7, 100)]);
/// # Ok(()) }
/// ```
pub struct Table<K, V> {
    name: &'static str,
    version: u16,
    types: PhantomData<fn(K) -> V>,
}

impl<K, V> Clone for Table<K, V> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<K, V> Copy for Table<K, V> {}

impl<K, V> fmt::Debug for Table<K, V> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Table").field("name", &self.name).field("version", &self.version).finish()
    }
}

impl<K, V> Table<K, V> {
    /// The table of this name, which stays the same when the program changes.
    ///
    /// # Panics
    /// The name is empty, longer than 64 bytes, or has a zero byte in it: for a constant, at compile time.
    pub const fn new(name: &'static str) -> Self {
        let bytes = name.as_bytes();
        assert!(!bytes.is_empty() && bytes.len() <= 64, "a table's name has 1 to 64 bytes");
        let mut at = 0;
        while at < bytes.len() {
            assert!(bytes[at] != 0, "a table's name has no zero byte");
            at += 1;
        }
        Self { name, version: 0, types: PhantomData }
    }

    /// The version of the rows' type; 0 by default. A program refuses rows of a newer one (`Newer`).
    #[must_use]
    pub const fn version(self, version: u16) -> Self {
        Self { version, ..self }
    }

    fn prefix(&self) -> Vec<u8> {
        let mut key = Space::User.key();
        self.append_name(&mut key);
        key
    }

    fn append_name(&self, key: &mut Vec<u8>) {
        key.extend_from_slice(self.name.as_bytes());
        key.push(0);
    }
}

impl<K: RowKey, V: Serialize + DeserializeOwned> Table<K, V> {
    /// The row of a key. Cancel safe.
    ///
    /// # Errors
    /// `Expired`, `TooLarge` where too much was read, `Encoding`, `Newer`, `Damaged`, `Io`.
    pub async fn get<Q>(&self, tx: &mut Transaction, key: &Q) -> Result<Option<V>, StoreError>
    where
        K: Borrow<Q>,
        Q: EncodeKey + ?Sized,
    {
        let key = self.key(key);
        tx.read(&key)?.map(|record| self.value(&key, &record)).transpose()
    }

    /// Writes the row of a key, over what is there. It is stored when the transaction commits.
    ///
    /// # Errors
    /// `Expired`, `TooLarge`, `Encoding`.
    pub fn put<Q>(&self, tx: &mut Transaction, key: &Q, row: &V) -> Result<(), StoreError>
    where
        K: Borrow<Q>,
        Q: EncodeKey + ?Sized,
    {
        // Rows of one transaction are often of one size.
        let mut bytes = Space::User.key_with_room(tx.last_size());
        self.append_name(&mut bytes);
        key.encode_key(&mut bytes);
        let mut new = NewRow::new(bytes, RecordKind::Row, self.version, 0);
        value::encode_into(&mut new.bytes, row)?;
        tx.write(new.put())
    }

    /// Removes the row of a key, where there is one, when the transaction commits.
    ///
    /// # Errors
    /// `Expired`, `TooLarge`.
    pub fn delete<Q>(&self, tx: &mut Transaction, key: &Q) -> Result<(), StoreError>
    where
        K: Borrow<Q>,
        Q: EncodeKey + ?Sized,
    {
        tx.write(Write::delete(self.key(key)))
    }

    /// All rows of the range, in order. A row that appears in it before the commit is a conflict.
    /// Cancel safe.
    ///
    /// # Errors
    /// As [`get`](Self::get).
    pub async fn range(&self, tx: &mut Transaction, range: impl RangeBounds<K>) -> Result<Vec<(K, V)>, StoreError> {
        self.scan(tx, range, Direction::Forward, usize::MAX).await
    }

    /// Up to `limit` rows from one end of the range. Only what was looked at can conflict. Cancel safe.
    ///
    /// # Errors
    /// As [`get`](Self::get).
    pub async fn scan(
        &self,
        tx: &mut Transaction,
        range: impl RangeBounds<K>,
        direction: Direction,
        limit: usize,
    ) -> Result<Vec<(K, V)>, StoreError> {
        let rows = tx.scan(&self.span(range), direction, limit)?;
        rows.iter().map(|(key, record)| Ok((self.decode(key)?, self.value(key, record)?))).collect()
    }

    fn key<Q: EncodeKey + ?Sized>(&self, key: &Q) -> Vec<u8> {
        let mut bytes = self.prefix();
        key.encode_key(&mut bytes);
        bytes
    }

    fn decode(&self, key: &[u8]) -> Result<K, StoreError> {
        let wrong = || StoreError::new(ErrorKind::Encoding, "a key is not of the table's key type; name another table");
        let mut bytes = key.get(self.prefix().len()..).ok_or_else(wrong)?;
        let key = K::decode_key(&mut bytes)?;
        if bytes.is_empty() { Ok(key) } else { Err(wrong()) }
    }

    fn value(&self, key: &[u8], record: &[u8]) -> Result<V, StoreError> {
        value::decode(record::payload(key, record, RecordKind::Row, self.version)?)
    }

    fn span(&self, range: impl RangeBounds<K>) -> Span {
        let all = Span::prefix(&self.prefix());
        let start = match range.start_bound() {
            Bound::Included(key) => self.key(key),
            Bound::Excluded(key) => span::next(&self.key(key)),
            Bound::Unbounded => all.start,
        };
        let end = match range.end_bound() {
            Bound::Included(key) => Some(span::next(&self.key(key))),
            Bound::Excluded(key) => Some(self.key(key)),
            Bound::Unbounded => all.end,
        };
        Span { start, end }
    }
}
