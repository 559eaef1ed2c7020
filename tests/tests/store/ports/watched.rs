//! An engine that is watched: how much is read at once, and something that happens right behind a scan.

use std::sync::{Arc, Mutex};

use catga::store::{Answer, At, Direction, Engine, Identity, Member, Row, Snapshot, Span, StoreError};

type Then = Box<dyn FnOnce() + Send>;

/// What is noted of an engine.
#[derive(Default)]
pub struct Notes {
    /// How many rows each scan was to give at most, and how many it gave.
    pub scans: Mutex<Vec<(usize, usize)>>,
    /// Happens behind the next scan.
    pub then: Mutex<Option<Then>>,
}

pub struct Watched {
    pub inner: Arc<dyn Engine>,
    pub notes: Arc<Notes>,
}

impl Engine for Watched {
    fn snapshot(&self) -> Result<Arc<dyn Snapshot>, StoreError> {
        Ok(Arc::new(Seen { inner: self.inner.snapshot()?, notes: Arc::clone(&self.notes) }))
    }

    fn commit(&self, group: &[Member]) -> Vec<Answer> {
        self.inner.commit(group)
    }

    fn identity(&self) -> Identity {
        self.inner.identity()
    }

    fn head(&self) -> u64 {
        self.inner.head()
    }
}

struct Seen {
    inner: Arc<dyn Snapshot>,
    notes: Arc<Notes>,
}

impl Snapshot for Seen {
    fn at(&self) -> &At {
        self.inner.at()
    }

    fn get(&self, key: &[u8]) -> Result<Option<Vec<u8>>, StoreError> {
        self.inner.get(key)
    }

    fn scan(&self, span: &Span, direction: Direction, limit: usize) -> Result<Vec<Row>, StoreError> {
        let rows = self.inner.scan(span, direction, limit)?;
        self.notes.scans.lock().unwrap().push((limit, rows.len()));
        let then = self.notes.then.lock().unwrap().take();
        if let Some(then) = then {
            then();
        }
        Ok(rows)
    }
}
