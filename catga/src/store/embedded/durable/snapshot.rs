use std::sync::Arc;

use redb::ReadOnlyTable;

use super::fault::{contained, failure};
use crate::store::embedded::engine::{Row, Snapshot};
use crate::store::embedded::group::At;
use crate::store::error::StoreError;
use crate::store::span::{Direction, Span};

/// One state of the file.
pub(super) struct Seen {
    pub(super) at: At,
    pub(super) rows: ReadOnlyTable<&'static [u8], &'static [u8]>,
}

/// A state of the file, shared by those who began in it.
pub(super) struct DurableSnapshot(pub(super) Arc<Seen>);

impl Snapshot for DurableSnapshot {
    fn at(&self) -> &At {
        &self.0.at
    }

    fn get(&self, key: &[u8]) -> Result<Option<Vec<u8>>, StoreError> {
        contained(|| Ok(self.0.rows.get(key).map_err(failure)?.map(|record| record.value().to_vec())))
    }

    fn scan(&self, span: &Span, direction: Direction, limit: usize) -> Result<Vec<Row>, StoreError> {
        if span.is_empty() {
            return Ok(Vec::new());
        }
        contained(|| {
            let mut range = self.0.rows.range::<&[u8]>(span.bounds()).map_err(failure)?;
            let mut rows = Vec::new();
            while rows.len() < limit {
                let row = match direction {
                    Direction::Forward => range.next(),
                    Direction::Backward => range.next_back(),
                };
                let Some(row) = row else { break };
                let (key, record) = row.map_err(failure)?;
                rows.push((key.value().to_vec(), record.value().to_vec()));
            }
            Ok(rows)
        })
    }
}
