use core::time::Duration;
use std::collections::{BTreeMap, BTreeSet, HashMap, VecDeque};

use super::{Instant, Parcel, TransportError};

/// What one group has not acknowledged, in the order in which it was published.
#[derive(Debug, Default)]
pub(super) struct Group {
    entries: BTreeMap<u64, Entry>,
    next: u64,
    /// What may be taken now.
    ready: BTreeSet<u64>,
    /// When what is out or refused may be taken again.
    due: BTreeSet<(Instant, u64)>,
    /// What is left of each key, its head first: only a head is ever ready, due or out.
    keys: HashMap<u64, VecDeque<u64>>,
}

#[derive(Debug)]
struct Entry {
    parcel: Parcel,
    attempt: u32,
    state: State,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    /// Something of its key is before it.
    Behind,
    Ready,
    /// Refused until then.
    Later(Instant),
    /// Somebody works on it, until then.
    Out(Instant),
}

/// One attempt at one parcel.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Try {
    number: u64,
    pub(super) attempt: u32,
}

impl Group {
    pub(super) fn len(&self) -> usize {
        self.entries.len()
    }

    /// Drops everything, and says how much that was. Numbers go on, so that no old attempt fits a new parcel.
    pub(super) fn clear(&mut self) -> usize {
        let next = self.next;
        let dropped = core::mem::replace(self, Self { next, ..Self::default() });
        dropped.len()
    }

    pub(super) fn push(&mut self, parcel: Parcel) {
        let number = self.next;
        self.next += 1;
        let mut state = State::Ready;
        if let Some(key) = parcel.key {
            let behind = self.keys.entry(key).or_default();
            if !behind.is_empty() {
                state = State::Behind;
            }
            behind.push_back(number);
        }
        if state == State::Ready {
            self.ready.insert(number);
        }
        self.entries.insert(number, Entry { parcel, attempt: 0, state });
    }

    /// Takes the first that is ready, for so long.
    pub(super) fn take(&mut self, now: Instant, ack_deadline: Duration) -> Option<(Try, Parcel)> {
        self.promote(now);
        let number = self.ready.pop_first()?;
        let entry = self.entries.get_mut(&number)?;
        let until = now.later(ack_deadline);
        entry.attempt = entry.attempt.saturating_add(1);
        entry.state = State::Out(until);
        self.due.insert((until, number));
        Some((Try { number, attempt: entry.attempt }, entry.parcel.clone()))
    }

    /// What is due is ready again.
    fn promote(&mut self, now: Instant) {
        while let Some(&(at, number)) = self.due.first() {
            if at > now {
                return;
            }
            self.due.pop_first();
            if let Some(entry) = self.entries.get_mut(&number) {
                entry.state = State::Ready;
                self.ready.insert(number);
            }
        }
    }

    /// When the next is ready again.
    pub(super) fn next_due(&self) -> Option<Instant> {
        self.due.first().map(|(at, _)| *at)
    }

    /// Until when this attempt holds its parcel, where it still does.
    fn held(&self, of: Try, now: Instant) -> Result<Instant, TransportError> {
        match self.entries.get(&of.number) {
            Some(Entry { attempt, state: State::Out(until), .. }) if *attempt == of.attempt && *until > now => {
                Ok(*until)
            }
            _ => Err(TransportError::Stale),
        }
    }

    pub(super) fn ack(&mut self, of: Try, now: Instant) -> Result<(), TransportError> {
        let until = self.held(of, now)?;
        self.due.remove(&(until, of.number));
        let key = self.entries.remove(&of.number).and_then(|entry| entry.parcel.key);
        if let Some(key) = key
            && let Some(behind) = self.keys.get_mut(&key)
        {
            behind.pop_front();
            match behind.front() {
                None => drop(self.keys.remove(&key)),
                Some(head) => {
                    if let Some(entry) = self.entries.get_mut(head) {
                        entry.state = State::Ready;
                        self.ready.insert(*head);
                    }
                }
            }
        }
        Ok(())
    }

    /// Nobody has looked at it: it may be taken again, not before `after` has passed, and this was no attempt.
    pub(super) fn give_back(&mut self, of: Try, now: Instant, after: Duration) -> Result<(), TransportError> {
        self.refuse(of, now, after)?;
        if let Some(entry) = self.entries.get_mut(&of.number) {
            entry.attempt -= 1;
        }
        Ok(())
    }

    pub(super) fn refuse(&mut self, of: Try, now: Instant, after: Duration) -> Result<(), TransportError> {
        let until = self.held(of, now)?;
        self.due.remove(&(until, of.number));
        let at = now.later(after);
        if let Some(entry) = self.entries.get_mut(&of.number) {
            entry.state = State::Later(at);
            self.due.insert((at, of.number));
        }
        Ok(())
    }

    pub(super) fn extend(&mut self, of: Try, now: Instant, by: Duration) -> Result<(), TransportError> {
        let until = self.held(of, now)?;
        self.due.remove(&(until, of.number));
        let at = now.later(by);
        if let Some(entry) = self.entries.get_mut(&of.number) {
            entry.state = State::Out(at);
            self.due.insert((at, of.number));
        }
        Ok(())
    }
}
