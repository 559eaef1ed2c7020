use std::collections::{BTreeMap, VecDeque};
use std::sync::{PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};

use crate::store::embedded::group::{PendingRow, Rows};
use crate::store::error::StoreError;

/// Every key with the versions that somebody may still read, oldest first.
#[derive(Debug, Default)]
pub(super) struct Versions {
    pub(super) head: u64,
    pub(super) rows: BTreeMap<Vec<u8>, Vec<Version>>,
    /// Keys that have a version to forget, by the sequence from which it is not read any more.
    pub(super) stale: VecDeque<(u64, Vec<u8>)>,
}

#[derive(Debug)]
pub(super) struct Version {
    pub(super) sequence: u64,
    pub(super) record: Option<Vec<u8>>,
}

impl Rows for Versions {
    fn get(&mut self, key: &[u8]) -> Result<Option<Vec<u8>>, StoreError> {
        Ok(self.rows.get(key).and_then(|versions| versions.last()).and_then(|version| version.record.clone()))
    }

    fn write(&mut self, rows: &[&PendingRow<'_>]) -> Result<(), StoreError> {
        for row in rows {
            let version = Version { sequence: row.sequence, record: row.record().map(<[u8]>::to_vec) };
            match self.rows.get_mut(row.key()) {
                Some(versions) => {
                    versions.push(version);
                    self.stale.push_back((row.sequence, row.key().to_vec()));
                }
                None if version.record.is_some() => drop(self.rows.insert(row.key().to_vec(), vec![version])),
                None => {}
            }
        }
        Ok(())
    }
}

impl Versions {
    /// Forgets versions that no snapshot from `oldest` on reads.
    pub(super) fn forget(&mut self, oldest: u64) {
        while let Some((sequence, key)) = self.stale.pop_front() {
            if sequence > oldest {
                self.stale.push_front((sequence, key));
                break;
            }
            let Some(versions) = self.rows.get_mut(&key) else { continue };
            let read = versions.iter().rposition(|version| version.sequence <= oldest).unwrap_or(0);
            versions.drain(..read);
            if let [Version { record: None, sequence }] = versions.as_slice()
                && *sequence <= oldest
            {
                self.rows.remove(&key);
            }
        }
    }
}

/// A panic while the lock was held is a bug of this file; its rows are whole members nevertheless.
pub(super) fn read(versions: &RwLock<Versions>) -> RwLockReadGuard<'_, Versions> {
    versions.read().unwrap_or_else(PoisonError::into_inner)
}

pub(super) fn write(versions: &RwLock<Versions>) -> RwLockWriteGuard<'_, Versions> {
    versions.write().unwrap_or_else(PoisonError::into_inner)
}
