use std::collections::VecDeque;

use super::engine::{Row, Snapshot};
use crate::store::error::StoreError;
use crate::store::span::{self, Direction, Span};

/// The rows of a snapshot, a page at a time.
pub(super) struct Pages<'s> {
    snapshot: &'s dyn Snapshot,
    left: Span,
    direction: Direction,
    size: usize,
    page: VecDeque<Row>,
    ended: bool,
}

/// How many rows are taken from a snapshot at once.
const PAGE: usize = 256;

impl<'s> Pages<'s> {
    pub(super) fn new(snapshot: &'s dyn Snapshot, left: Span, direction: Direction, limit: usize) -> Self {
        Self { snapshot, left, direction, size: PAGE.min(limit), page: VecDeque::new(), ended: false }
    }

    pub(super) fn peek(&mut self) -> Result<Option<&Row>, StoreError> {
        if self.page.is_empty() && !self.ended {
            self.page = self.snapshot.scan(&self.left, self.direction, self.size)?.into();
            self.ended = self.page.len() < self.size;
            if let Some((last, _)) = self.page.back() {
                match self.direction {
                    Direction::Forward => self.left.start = span::next(last),
                    Direction::Backward => self.left.end = Some(last.clone()),
                }
            }
        }
        Ok(self.page.front())
    }

    pub(super) fn take(&mut self) -> Option<Row> {
        self.page.pop_front()
    }
}
