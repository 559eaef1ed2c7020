use super::fault::{contained, failure};
use super::part::Part;
use super::reading::Reading;
use crate::store::embedded::engine::{Row, Snapshot};
use crate::store::embedded::group::At;
use crate::store::error::StoreError;
use crate::store::span::{Direction, Span};

/// A state of the file, shared by those who began in it.
pub(super) struct DurableSnapshot {
    pub(super) at: At,
    pub(super) reading: Reading,
}

impl Snapshot for DurableSnapshot {
    fn at(&self) -> &At {
        &self.at
    }

    fn get(&self, key: &[u8]) -> Result<Option<Vec<u8>>, StoreError> {
        contained(|| {
            let table = self.reading.table(Part::of(key))?;
            Ok(table.get(key).map_err(failure)?.map(|record| record.value().to_vec()))
        })
    }

    fn scan(&self, span: &Span, direction: Direction, limit: usize) -> Result<Vec<Row>, StoreError> {
        if span.is_empty() {
            return Ok(Vec::new());
        }
        contained(|| {
            let mut rows = Vec::new();
            let mut parts = Part::within(span);
            while rows.len() < limit {
                let part = match direction {
                    Direction::Forward => parts.next(),
                    Direction::Backward => parts.next_back(),
                };
                let Some(part) = part else { break };
                self.add(part, (span, direction), limit, &mut rows)?;
            }
            Ok(rows)
        })
    }
}

impl DurableSnapshot {
    /// Adds the rows of one part, up to `limit` in all.
    fn add(
        &self,
        part: Part,
        (span, direction): (&Span, Direction),
        limit: usize,
        rows: &mut Vec<Row>,
    ) -> Result<(), StoreError> {
        let mut range = self.reading.table(part)?.range::<&[u8]>(span.bounds()).map_err(failure)?;
        while rows.len() < limit {
            let row = match direction {
                Direction::Forward => range.next(),
                Direction::Backward => range.next_back(),
            };
            let Some(row) = row else { break };
            let (key, record) = row.map_err(failure)?;
            rows.push((key.value().to_vec(), record.value().to_vec()));
        }
        Ok(())
    }
}
