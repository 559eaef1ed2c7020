use std::sync::Arc;

use super::need::Need;
use super::readers::Live;
use super::write::Write;
use crate::store::span::Span;

/// One transaction of a commit group: what it has read, what must hold, what it writes.
#[derive(Clone, Debug, Default)]
pub struct Member {
    /// The snapshot that it has read; without one nothing was read.
    pub at: Option<At>,
    /// Keys that it has read, present or not: none of them may have changed since.
    pub points: Vec<Vec<u8>>,
    /// Ranges that it has read: nothing in them may have changed, come or gone since.
    pub spans: Vec<Span>,
    /// What must hold when it is applied.
    pub needs: Vec<Need>,
    /// What it writes, in order; the last write of a key counts.
    pub writes: Vec<Write>,
}

/// A point of a store's history, kept alive for the check of what was read there.
#[derive(Clone, Debug)]
pub struct At {
    sequence: u64,
    _live: Option<Arc<Live>>,
}

impl At {
    /// The state after this sequence.
    pub fn new(sequence: u64) -> Self {
        Self { sequence, _live: None }
    }

    pub(crate) fn live(sequence: u64, live: Arc<Live>) -> Self {
        Self { sequence, _live: Some(live) }
    }

    /// The sequence of the last transaction that is part of this state.
    pub fn sequence(&self) -> u64 {
        self.sequence
    }
}
