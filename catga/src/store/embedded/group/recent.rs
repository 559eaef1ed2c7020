use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;

use super::answer::Clash;
use super::member::Member;
use super::pending::Pending;
use super::readers::Readers;
use crate::store::span::Span;

/// How many keys an engine remembers at most, while a snapshot before them is in use.
pub(crate) const REMEMBERED: usize = 1 << 20;

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

impl Recent {
    pub(crate) fn new(floor: u64, readers: Readers, capacity: usize) -> Self {
        Self { written: BTreeMap::new(), order: VecDeque::new(), floor, readers, capacity, head: floor }
    }

    /// Whether what the member has read was written since, by an earlier group or by an earlier member
    /// of its own.
    pub(crate) fn check(&self, member: &Member, pending: &mut Pending<'_>) -> Result<(), Clash> {
        let Some(at) = &member.at else { return Ok(()) };
        if member.points.is_empty() && member.spans.is_empty() {
            return Ok(());
        }
        let at = at.sequence();
        if at < self.floor {
            return Err(Clash::TooOld);
        }
        let point = |key: &Vec<u8>| self.written.get(key.as_slice()).is_some_and(|by| *by > at);
        let inside =
            |span: &Span| !span.is_empty() && self.written.range::<[u8], _>(span.bounds()).any(|(_, by)| *by > at);
        let newer = member.points.iter().any(point) || member.spans.iter().any(inside);
        // All that is pending is newer than any snapshot.
        if newer || pending.has_written(member) { Err(Clash::Read) } else { Ok(()) }
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

    /// Remembers the keys of a group that is committed, each with the sequence that wrote it last, and forgets
    /// what nobody can conflict with any more.
    pub(crate) fn committed<'k>(&mut self, keys: impl Iterator<Item = (&'k [u8], u64)>, head: u64) {
        self.head = head;
        let oldest = self.readers.oldest().map_or(head, |oldest| oldest.min(head));
        if oldest < head {
            for (key, sequence) in keys {
                let key: Arc<[u8]> = key.into();
                self.order.push_back((sequence, Arc::clone(&key)));
                self.written.insert(key, sequence);
            }
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
