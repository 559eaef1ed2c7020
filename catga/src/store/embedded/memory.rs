//! The adapter `memory`: what the durable one does, without a file.

use std::collections::{BTreeMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};

use super::engine::{Engine, Identity, Row, Snapshot, StoreId, first_of};
use super::group::{self, Answer, At, Member, PendingRow, Readers, Recent, Rows};
use crate::store::error::StoreError;
use crate::store::span::{Direction, Span};
use crate::time::Random;

/// How many keys the check of conflicts remembers at most.
const REMEMBERED: usize = 1 << 20;

/// Rows in memory. They are lost with the process; all else is as in a file.
#[derive(Debug)]
pub struct Memory {
    identity: Identity,
    recent: Mutex<Recent>,
    readers: Readers,
    versions: Arc<RwLock<Versions>>,
}

/// Every key with the versions that somebody may still read, oldest first.
#[derive(Debug, Default)]
struct Versions {
    head: u64,
    rows: BTreeMap<Vec<u8>, Vec<Version>>,
    /// Keys that have a version to forget, by the sequence from which it is not read any more.
    stale: VecDeque<(u64, Vec<u8>)>,
}

#[derive(Debug)]
struct Version {
    sequence: u64,
    record: Option<Vec<u8>>,
}

impl Memory {
    /// An empty store, whose number is drawn from `random`.
    pub fn new(random: &dyn Random) -> Self {
        let identity = Identity { id: StoreId(draw(random)), epoch: 0 };
        let readers = Readers::default();
        let head = first_of(identity.epoch);
        Self {
            identity,
            recent: Mutex::new(Recent::new(head, readers.clone(), REMEMBERED)),
            readers,
            versions: Arc::new(RwLock::new(Versions { head, ..Versions::default() })),
        }
    }

    fn recent(&self) -> MutexGuard<'_, Recent> {
        self.recent.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A store's number.
pub(crate) fn draw(random: &dyn Random) -> u128 {
    (u128::from(random.next()) << 64) | u128::from(random.next())
}

impl Engine for Memory {
    fn snapshot(&self) -> Result<Box<dyn Snapshot>, StoreError> {
        let (at, versions) = self.readers.register(|| {
            let head = read(&self.versions).head;
            Ok::<_, StoreError>((head, Arc::clone(&self.versions)))
        })?;
        Ok(Box::new(MemorySnapshot { at, versions }))
    }

    fn commit(&self, group: &[Member]) -> Vec<Answer> {
        let mut recent = self.recent();
        let mut versions = write(&self.versions);
        // Readers wait for the lock, so none sees half of a group.
        let head = versions.head;
        let applied = match group::apply(group, head, &recent, &mut *versions) {
            Ok(applied) => applied,
            // These rows do not fail.
            Err(error) => return group.iter().map(|_| Answer::Unknown(error.clone())).collect(),
        };
        versions.head = applied.head;
        // Who registers a snapshot holds the readers' lock and waits for the versions': not the other way.
        drop(versions);
        recent.committed(applied.pending.keys(), applied.head);
        let oldest = self.readers.oldest().unwrap_or(applied.head);
        write(&self.versions).forget(oldest.min(applied.head));
        applied.answers
    }

    fn identity(&self) -> Identity {
        self.identity
    }

    fn head(&self) -> u64 {
        read(&self.versions).head
    }
}

impl Rows for Versions {
    fn get(&self, key: &[u8]) -> Result<Option<Vec<u8>>, StoreError> {
        Ok(self.rows.get(key).and_then(|versions| versions.last()).and_then(|version| version.record.clone()))
    }

    fn write<'r>(&mut self, rows: impl Iterator<Item = &'r PendingRow<'r>>) -> Result<(), StoreError> {
        for PendingRow { key, record, sequence } in rows {
            let version = Version { sequence: *sequence, record: record.as_deref().map(<[u8]>::to_vec) };
            match self.rows.get_mut(&**key) {
                Some(versions) => {
                    versions.push(version);
                    self.stale.push_back((*sequence, key.to_vec()));
                }
                None if version.record.is_some() => drop(self.rows.insert(key.to_vec(), vec![version])),
                None => {}
            }
        }
        Ok(())
    }
}

impl Versions {
    /// Forgets versions that no snapshot from `oldest` on reads.
    fn forget(&mut self, oldest: u64) {
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

struct MemorySnapshot {
    at: At,
    versions: Arc<RwLock<Versions>>,
}

impl MemorySnapshot {
    fn seen<'v>(&self, versions: &'v [Version]) -> Option<&'v Vec<u8>> {
        let version = versions.iter().rfind(|version| version.sequence <= self.at.sequence())?;
        version.record.as_ref()
    }
}

impl Snapshot for MemorySnapshot {
    fn at(&self) -> &At {
        &self.at
    }

    fn get(&self, key: &[u8]) -> Result<Option<Vec<u8>>, StoreError> {
        Ok(read(&self.versions).rows.get(key).and_then(|versions| self.seen(versions)).cloned())
    }

    fn scan(&self, span: &Span, direction: Direction, limit: usize) -> Result<Vec<Row>, StoreError> {
        if span.is_empty() {
            return Ok(Vec::new());
        }
        let versions = read(&self.versions);
        let rows = versions.rows.range::<[u8], _>(span.bounds());
        let row = |(key, versions): (&Vec<u8>, &Vec<Version>)| Some((key.clone(), self.seen(versions)?.clone()));
        Ok(match direction {
            Direction::Forward => rows.filter_map(row).take(limit).collect(),
            Direction::Backward => rows.rev().filter_map(row).take(limit).collect(),
        })
    }
}

/// A panic while the lock was held is a bug of this file; its rows are whole members nevertheless.
fn read(versions: &RwLock<Versions>) -> RwLockReadGuard<'_, Versions> {
    versions.read().unwrap_or_else(PoisonError::into_inner)
}

fn write(versions: &RwLock<Versions>) -> RwLockWriteGuard<'_, Versions> {
    versions.write().unwrap_or_else(PoisonError::into_inner)
}
