use core::mem;
use std::collections::{BTreeMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::member::{At, Clash, Member};

/// The keys that were committed lately, and who still reads before them.
///
/// The check is backward validation: a member commits where nothing that it has read was written after
/// its snapshot. Source: Kung, Robinson, "On Optimistic Methods for Concurrency Control", TODS 6(2), 1981.
#[derive(Debug)]
pub(crate) struct Recent {
    written: BTreeMap<Arc<[u8]>, u64>,
    order: VecDeque<(u64, Arc<[u8]>)>,
    /// Everything up to this sequence is forgotten.
    floor: u64,
    readers: Readers,
    capacity: usize,
    /// The sequence of the last group that it was told of.
    head: u64,
}

/// The snapshots that are in use, by sequence.
#[derive(Clone, Debug, Default)]
pub(crate) struct Readers(Arc<Mutex<BTreeMap<u64, usize>>>);

/// Keeps what was committed after a snapshot from being forgotten.
#[derive(Debug)]
pub(crate) struct Live {
    sequence: u64,
    readers: Readers,
}

impl Readers {
    /// Takes a snapshot with `take` and registers it in one step, so that nothing is forgotten between.
    pub(crate) fn register<T, E>(&self, take: impl FnOnce() -> Result<(u64, T), E>) -> Result<(At, T), E> {
        let mut readers = self.lock();
        let (sequence, taken) = take()?;
        *readers.entry(sequence).or_default() += 1;
        drop(readers);
        Ok((At::live(sequence, Arc::new(Live { sequence, readers: self.clone() })), taken))
    }

    /// The oldest snapshot in use.
    pub(crate) fn oldest(&self) -> Option<u64> {
        self.lock().keys().next().copied()
    }

    fn lock(&self) -> MutexGuard<'_, BTreeMap<u64, usize>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Live {
    fn drop(&mut self) {
        let mut readers = self.readers.lock();
        if let Some(count) = readers.get_mut(&self.sequence) {
            *count -= 1;
            if *count == 0 {
                readers.remove(&self.sequence);
            }
        }
    }
}

/// The keys of a group that is not committed yet.
#[derive(Debug, Default)]
pub(crate) struct Pending {
    order: Vec<(u64, Arc<[u8]>)>,
    /// The first so many of them, to be looked up: where nobody reads, none.
    written: BTreeMap<Arc<[u8]>, u64>,
    indexed: usize,
}

impl Pending {
    pub(crate) fn wrote(&mut self, key: &[u8], sequence: u64) {
        self.order.push((sequence, key.into()));
    }

    fn index(&mut self) -> &BTreeMap<Arc<[u8]>, u64> {
        for (sequence, key) in self.order.get(self.indexed..).unwrap_or_default() {
            self.written.insert(Arc::clone(key), *sequence);
        }
        self.indexed = self.order.len();
        &self.written
    }
}

impl Recent {
    pub(crate) fn new(floor: u64, readers: Readers, capacity: usize) -> Self {
        Self { written: BTreeMap::new(), order: VecDeque::new(), floor, readers, capacity, head: floor }
    }

    /// Whether what the member has read was written since, by an earlier group or by an earlier member
    /// of its own.
    pub(crate) fn check(&self, member: &Member, pending: &mut Pending) -> Result<(), Clash> {
        let Some(at) = &member.at else { return Ok(()) };
        if member.points.is_empty() && member.spans.is_empty() {
            return Ok(());
        }
        let at = at.sequence();
        if at < self.floor {
            return Err(Clash::TooOld);
        }
        let newer = |written: &BTreeMap<Arc<[u8]>, u64>| {
            let points = member.points.iter().any(|key| written.get(key.as_slice()).is_some_and(|by| *by > at));
            let inside = |span: &super::Span| {
                !span.is_empty() && written.range::<[u8], _>(span.bounds()).any(|(_, by)| *by > at)
            };
            points || member.spans.iter().any(inside)
        };
        if newer(&self.written) || newer(pending.index()) { Err(Clash::Read) } else { Ok(()) }
    }

    /// Where the store turns out to be elsewhere than it was told, what was committed meanwhile is not known:
    /// snapshots before it conflict.
    #[cfg_attr(not(feature = "durable"), expect(dead_code, reason = "a store in memory is never opened anew"))]
    pub(crate) fn found(&mut self, head: u64) {
        if head != self.head {
            self.written.clear();
            self.order.clear();
            self.floor = head;
            self.head = head;
        }
    }

    /// Remembers a group that is committed, and forgets what nobody can conflict with any more.
    pub(crate) fn committed(&mut self, mut pending: Pending, head: u64) {
        self.head = head;
        let oldest = self.readers.oldest().map_or(head, |oldest| oldest.min(head));
        if oldest < head {
            pending.index();
            self.written.append(&mut pending.written);
            self.order.extend(mem::take(&mut pending.order));
            self.forget_to(oldest);
            while self.order.len() > self.capacity {
                let Some((sequence, _)) = self.order.front() else { break };
                let sequence = *sequence;
                self.forget_to(sequence);
            }
        } else {
            self.written.clear();
            self.order.clear();
            self.floor = head;
        }
    }

    fn forget_to(&mut self, floor: u64) {
        while let Some((sequence, key)) = self.order.pop_front() {
            if sequence > floor {
                self.order.push_front((sequence, key));
                break;
            }
            if self.written.get(&key) == Some(&sequence) {
                self.written.remove(&key);
            }
        }
        self.floor = self.floor.max(floor);
    }
}
