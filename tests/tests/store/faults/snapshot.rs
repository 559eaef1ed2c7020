//! What is seen of an engine with a fault.

use std::sync::Arc;

use catga::store::{At, Direction, Engine, Row, Snapshot, Span, StoreError};

use super::fault::Fault;

pub struct Seen {
    pub at: At,
    pub snapshot: Arc<dyn Snapshot>,
    pub fault: Fault,
    pub engine: Arc<dyn Engine>,
}

impl Seen {
    fn snapshot(&self) -> Arc<dyn Snapshot> {
        match self.fault {
            Fault::SnapshotsMove => self.engine.snapshot().unwrap(),
            _ => Arc::clone(&self.snapshot),
        }
    }
}

impl Snapshot for Seen {
    fn at(&self) -> &At {
        &self.at
    }

    fn get(&self, key: &[u8]) -> Result<Option<Vec<u8>>, StoreError> {
        let mut record = self.snapshot().get(key)?;
        match self.fault {
            Fault::ReadsMiss if key.last().is_some_and(|last| last % 4 == 3) => record = None,
            Fault::ReadsFlipABit => {
                if let Some(last) = record.as_mut().and_then(|record| record.last_mut()) {
                    *last ^= 1;
                }
            }
            Fault::ReadsLoseTheLastByte => {
                if let Some(record) = &mut record {
                    record.pop();
                }
            }
            Fault::ReadsTakeAnotherRow if record.is_some() => {
                let all = Span::prefix(&key[..1]);
                record = self.snapshot().scan(&all, Direction::Forward, 1)?.pop().map(|(_, record)| record);
            }
            _ => {}
        }
        Ok(record)
    }

    fn scan(&self, span: &Span, direction: Direction, limit: usize) -> Result<Vec<Row>, StoreError> {
        let (mut span, mut direction) = (span.clone(), direction);
        match self.fault {
            Fault::ScansRunOver => span.end = None,
            Fault::ScansIgnoreTheDirection => direction = Direction::Forward,
            _ => {}
        }
        let mut rows = self.snapshot().scan(&span, direction, limit)?;
        match self.fault {
            Fault::ScansSkipTheFirst if !rows.is_empty() => drop(rows.remove(0)),
            Fault::ScansSkipTheLast => drop(rows.pop()),
            Fault::ScansRepeatARow if rows.len() > 1 => rows.insert(0, rows[0].clone()),
            Fault::ScansEndEarly => rows.truncate(100),
            Fault::ReadsFindWhatIsGone => {
                // Rows of the state before are still there.
                let before = self.engine.snapshot()?;
                let gone = before.scan(&span, direction, limit)?;
                rows.extend(gone.into_iter().filter(|(key, _)| key.len() % 2 == 0).take(1));
            }
            _ => {}
        }
        Ok(rows)
    }
}
