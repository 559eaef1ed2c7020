use std::sync::{Arc, RwLock};

use super::versions::{Version, Versions, read};
use crate::store::embedded::engine::{Row, Snapshot};
use crate::store::embedded::group::At;
use crate::store::error::StoreError;
use crate::store::span::{Direction, Span};

/// A state of the rows.
pub(super) struct MemorySnapshot {
    pub(super) at: At,
    pub(super) versions: Arc<RwLock<Versions>>,
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
