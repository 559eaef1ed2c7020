use core::cmp::Ordering;
use core::fmt;
use core::mem;
use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::sync::Arc;

use tokio::sync::oneshot;

use super::age::Slot;
use super::commit::{Commit, Committed};
use super::engine::{Row, Snapshot};
use super::group::{Answer, Member, Need, Write};
use super::pages::Pages;
use super::shared::Shared;
use super::space::Space;
use crate::store::backlogs::Backlogs;
use crate::store::error::{ErrorKind, StoreError};
use crate::store::identity::StoreId;
use crate::store::span::{self, Direction, Span};
use crate::time::Instant;

/// One serializable transaction: it reads a snapshot, and keeps its writes to itself until it commits.
///
/// What it has read, rows and ranges, is checked when it commits: where somebody has changed it since, the
/// commit is a `Conflict`, nothing happened, and running again from the beginning is safe. Dropped without a
/// commit, nothing happened. It may become [so old](crate::store::StoreOptions::max_age) and no older: then all it
/// answers is `Expired`.
pub struct Transaction {
    shared: Arc<Shared>,
    slot: Arc<Slot>,
    begun: Instant,
    points: BTreeSet<Vec<u8>>,
    spans: Vec<Span>,
    needs: Vec<(Need, Unmet)>,
    writes: Vec<Write>,
    /// Where each key is among the first so many of `writes`, latest last: who never reads needs none of it.
    latest: BTreeMap<Vec<u8>, Vec<usize>>,
    indexed: usize,
    bytes: usize,
    /// What it does once, in order and to be looked up; see [`once`](Self::once).
    done: Vec<Arc<[u8]>>,
    is_done: BTreeSet<Arc<[u8]>>,
}

/// What the caller is told where a precondition does not hold.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Unmet(pub(crate) ErrorKind, pub(crate) &'static str);

/// A point in a transaction to come back to: see [`Transaction::mark`].
#[derive(Clone, Copy, Debug)]
pub struct Mark {
    writes: usize,
    needs: usize,
    done: usize,
}

impl fmt::Debug for Transaction {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Transaction")
            .field("store", &self.store())
            .field("reads", &(self.points.len() + self.spans.len()))
            .field("writes", &self.writes.len())
            .finish_non_exhaustive()
    }
}

impl Transaction {
    pub(crate) fn new(shared: Arc<Shared>, slot: Arc<Slot>, begun: Instant) -> Self {
        Self {
            shared,
            slot,
            begun,
            points: BTreeSet::new(),
            spans: Vec::new(),
            needs: Vec::new(),
            writes: Vec::new(),
            latest: BTreeMap::new(),
            indexed: 0,
            bytes: 0,
            done: Vec::new(),
            is_done: BTreeSet::new(),
        }
    }

    /// The store that it is a transaction of.
    pub fn store(&self) -> StoreId {
        self.shared.identity().id
    }

    /// Whether the store's space has room for more.
    pub(crate) fn has_room(&self, reserve: bool) -> Result<(), StoreError> {
        self.shared.has_room(reserve)
    }

    /// What is known of the keys of outboxes.
    pub(in crate::store) fn backlogs(&self) -> &Backlogs {
        self.shared.backlogs()
    }

    /// The last commit that it sees.
    pub(crate) fn sequence(&self) -> Result<u64, StoreError> {
        Ok(self.snapshot()?.at().sequence())
    }

    /// Whether nothing is written yet.
    pub fn is_read_only(&self) -> bool {
        self.writes.is_empty() && self.needs.is_empty()
    }

    /// Remembers how far the writes are, for [`truncate`](Self::truncate): what an attempt inside of the
    /// transaction has written can be taken back, so that a retry or a fallback stores one attempt's rows.
    pub fn mark(&self) -> Mark {
        Mark { writes: self.writes.len(), needs: self.needs.len(), done: self.done.len() }
    }

    /// Takes back what was written since the mark. What was read stays read.
    pub fn truncate(&mut self, mark: Mark) {
        self.needs.truncate(mark.needs);
        for again in self.done.drain(mark.done.min(self.done.len())..) {
            self.is_done.remove(&again);
        }
        while self.writes.len() > mark.writes {
            let Some(write) = self.writes.pop() else { break };
            self.bytes -= write.size();
            if self.writes.len() >= self.indexed {
                continue;
            }
            self.indexed = self.writes.len();
            if let Some(places) = self.latest.get_mut(write.key()).filter(|_| !write.is_late()) {
                places.pop();
                if places.is_empty() {
                    self.latest.remove(write.key());
                }
            }
        }
    }

    fn snapshot(&self) -> Result<Arc<dyn Snapshot>, StoreError> {
        self.shared.not_too_old(self.begun)?;
        self.slot.snapshot()
    }

    /// The record of a key, as this transaction sees it.
    pub(crate) fn read(&mut self, key: &[u8]) -> Result<Option<Vec<u8>>, StoreError> {
        let snapshot = self.snapshot()?;
        if let Some(write) = self.own(key) {
            return Ok(write.record().map(<[u8]>::to_vec));
        }
        let record = snapshot.get(key)?;
        if !self.points.contains(key) {
            self.note(key.len())?;
            self.points.insert(key.to_vec());
        }
        Ok(record)
    }

    /// The record of a key in the snapshot, without making the key part of what is checked: for records that
    /// a precondition watches over.
    pub(crate) fn peek(&mut self, key: &[u8]) -> Result<Option<Vec<u8>>, StoreError> {
        let snapshot = self.snapshot()?;
        match self.own(key) {
            Some(write) => Ok(write.record().map(<[u8]>::to_vec)),
            None => snapshot.get(key),
        }
    }

    /// Makes a key part of what is checked: it may not change until the commit.
    pub(crate) fn watch(&mut self, key: Vec<u8>) -> Result<(), StoreError> {
        if !self.points.contains(&key) {
            self.note(key.len())?;
            self.points.insert(key);
        }
        Ok(())
    }

    /// Up to `limit` rows of the span, as this transaction sees them.
    pub(crate) fn scan(&mut self, span: &Span, direction: Direction, limit: usize) -> Result<Vec<Row>, StoreError> {
        if span.is_empty() || limit == 0 {
            return Ok(Vec::new());
        }
        let snapshot = self.snapshot()?;
        self.index();
        let own = self.latest.range::<[u8], _>(span.bounds());
        let own = own.filter_map(|(key, places)| Some((key, self.writes.get(*places.last()?)?)));
        let mut own: VecDeque<(&Vec<u8>, &Write)> = own.collect();
        let mut base = Pages::new(&*snapshot, span.clone(), direction, limit);
        let mut rows = Vec::new();
        while rows.len() < limit {
            let next = match direction {
                Direction::Forward => own.front(),
                Direction::Backward => own.back(),
            };
            let first = match (base.peek()?, next) {
                (None, None) => break,
                (Some(_), None) => Ordering::Less,
                (None, Some(_)) => Ordering::Greater,
                (Some((stored, _)), Some((key, _))) => match direction {
                    Direction::Forward => stored.cmp(key),
                    Direction::Backward => stored.cmp(key).reverse(),
                },
            };
            if first != Ordering::Greater {
                let stored = base.take();
                if first == Ordering::Less {
                    rows.extend(stored);
                    continue;
                }
            }
            let taken = match direction {
                Direction::Forward => own.pop_front(),
                Direction::Backward => own.pop_back(),
            };
            let row = taken.and_then(|(key, write)| Some((key.clone(), write.record()?.to_vec())));
            rows.extend(row);
        }
        let mut read = span.clone();
        if let Some((last, _)) = rows.last().filter(|_| rows.len() >= limit) {
            match direction {
                Direction::Forward => read.end = Some(span::next(last)),
                Direction::Backward => read.start.clone_from(last),
            }
        }
        if !self.spans.contains(&read) {
            self.note(read.start.len() * 2)?;
            self.spans.push(read);
        }
        Ok(rows)
    }

    fn own(&mut self, key: &[u8]) -> Option<&Write> {
        self.index();
        self.writes.get(*self.latest.get(key)?.last()?)
    }

    fn index(&mut self) {
        for (place, write) in self.writes.iter().enumerate().skip(self.indexed).filter(|(_, write)| !write.is_late()) {
            self.latest.entry(write.key().to_vec()).or_default().push(place);
        }
        self.indexed = self.writes.len();
    }

    /// Counts what is kept in memory.
    fn note(&mut self, bytes: usize) -> Result<(), StoreError> {
        self.shared.fits(self.bytes, bytes)?;
        self.bytes += bytes;
        Ok(())
    }

    pub(crate) fn write(&mut self, write: Write) -> Result<(), StoreError> {
        self.shared.not_too_old(self.begun)?;
        self.shared.record_fits(&write)?;
        self.note(write.size())?;
        self.writes.push(write);
        Ok(())
    }

    /// Up to `limit` rows of the span in the snapshot, without the transaction's own writes, and without making
    /// the span part of what is checked.
    pub(crate) fn glance(&self, span: &Span, limit: usize) -> Result<Vec<Row>, StoreError> {
        self.snapshot()?.scan(span, Direction::Forward, limit)
    }

    /// The last key of the span in the snapshot, in the same way.
    pub(crate) fn last(&self, span: &Span) -> Result<Option<Vec<u8>>, StoreError> {
        Ok(self.snapshot()?.scan(span, Direction::Backward, 1)?.pop().map(|(key, _)| key))
    }

    /// Whether this is the first time that the transaction does this, as far as it was not taken back.
    pub(crate) fn once(&mut self, what: Vec<u8>) -> bool {
        let what: Arc<[u8]> = what.into();
        let first = self.is_done.insert(Arc::clone(&what));
        if first {
            self.done.push(what);
        }
        first
    }

    /// That the store is not held after a restore, now and at the commit.
    pub(crate) fn may_send(&mut self) -> Result<(), StoreError> {
        if self.read(&Space::Held.key())?.is_none() {
            return Ok(());
        }
        let detail =
            "the store was restored from a backup, or is a copy of its file; see what was sent since, and confirm it";
        Err(StoreError::new(ErrorKind::Held, detail))
    }

    /// Milliseconds since 1970, as the store's clock has it.
    pub(crate) fn unix_ms(&self) -> u64 {
        self.shared.unix_ms()
    }

    /// How many bytes the last row has, within reason.
    pub(crate) fn last_size(&self) -> usize {
        self.writes.last().map_or(64, |write| write.size().min(1024))
    }

    /// How many late writes it has: numbers them within one transaction.
    pub(crate) fn ordinal(&self) -> u32 {
        u32::try_from(self.writes.len()).unwrap_or(u32::MAX)
    }

    /// Commits only where this holds then.
    pub(crate) fn need(&mut self, need: Need, unmet: Unmet) {
        self.needs.push((need, unmet));
    }

    /// Commits: all that was written, or nothing. One sync of the disk, shared with whoever commits then.
    ///
    /// **Cancel safety**: nothing happens before the first poll. From then on the transaction is the
    /// writer's: dropping the future does not stop it, and whoever drops it does not know what became of it
    /// ([`Commit::handed_over`]); the outcome is `Unknown` then, and no failure.
    ///
    /// # Errors
    /// `Conflict`: nothing happened, run again. `Unknown`: it may have happened. `Expired`, `Overloaded`,
    /// `Full`, `Io`, `Lost` and the rest: nothing happened.
    pub fn commit(self) -> Commit {
        Commit::new(self)
    }

    /// From here on the transaction is the writer's.
    pub(super) fn hand_over(mut self) -> Result<HandedOver, StoreError> {
        let snapshot = self.snapshot()?;
        if self.is_read_only() {
            // What it has read is one state of the store: its place is there.
            return Ok(HandedOver::Nothing(Committed { sequence: snapshot.at().sequence() }));
        }
        let member = self.member(&*snapshot);
        // The writer keeps the place in history, and the file may reuse its space.
        self.slot.release();
        drop(snapshot);
        let answer = self.shared.hand_over(member, self.bytes)?;
        let unmet = self.needs.iter().map(|(_, unmet)| *unmet).collect();
        Ok(HandedOver::Member { answer, unmet, shared: self.shared })
    }

    fn member(&mut self, snapshot: &dyn Snapshot) -> Member {
        Member {
            // Who has read nothing is not checked, and nothing is remembered for it.
            at: (!self.points.is_empty() || !self.spans.is_empty()).then(|| snapshot.at().clone()),
            points: mem::take(&mut self.points).into_iter().collect(),
            spans: mem::take(&mut self.spans),
            needs: self.needs.iter().map(|(need, _)| need.clone()).collect(),
            writes: mem::take(&mut self.writes),
        }
    }
}

/// What a transaction is when it is handed over.
pub(super) enum HandedOver {
    /// It wrote nothing, and nothing has to be done.
    Nothing(Committed),
    /// The writer has it.
    Member { answer: oneshot::Receiver<Answer>, unmet: Vec<Unmet>, shared: Arc<Shared> },
}
