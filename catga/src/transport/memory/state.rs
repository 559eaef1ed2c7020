use core::task::Waker;

use super::key::Key;
use super::line::Line;
use super::listeners::Listeners;
use super::pipe::Pipe;
use super::slab::Slab;
use super::{Arc, Bytes, TransportError};

/// What is behind the lock of a [`Desk`](super::desk::Desk): a slot for each request, from when it is written to when
/// nobody needs it any more, and those who take them.
#[derive(Debug, Default)]
pub(super) struct State {
    pub(super) slots: Slab<Slot>,
    pub(super) listeners: Listeners<Entry>,
    /// Callers who wait for a slot.
    pub(super) line: Line,
    pub(super) phase: Phase,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Phase {
    #[default]
    Open,
    /// Takes nothing new.
    Closing,
    /// Has cut off what was left.
    Cut,
}

#[derive(Debug)]
pub(super) struct Slot {
    pub(super) asked: Asked,
    /// Who waits for the answer.
    pub(super) caller: Option<Waker>,
    /// Who answers, and wants to know when the caller has gone.
    pub(super) watcher: Option<Waker>,
    pub(super) pipe: Option<Arc<Pipe<Bytes>>>,
}

#[derive(Debug)]
pub(super) enum Asked {
    Queued,
    Taken,
    Answered(Result<Bytes, TransportError>),
    /// Its caller has gone, and its responder has not.
    Gone,
}

impl Asked {
    /// Whether it is written and not answered.
    pub(super) const fn is_left(&self) -> bool {
        matches!(self, Self::Queued | Self::Taken)
    }
}

/// A request that nobody has taken.
#[derive(Debug)]
pub(super) struct Entry {
    pub(super) key: Key,
    pub(super) bytes: Bytes,
}

impl State {
    /// Takes a slot for a request that is queued.
    #[inline]
    pub(super) fn insert(&mut self, waker: &Waker, pipe: Option<&Arc<Pipe<Bytes>>>) -> Key {
        // Who reads items waits at their pipe.
        let caller = if pipe.is_none() { Some(waker.clone()) } else { None };
        self.slots.insert(Slot { asked: Asked::Queued, caller, watcher: None, pipe: pipe.map(Arc::clone) })
    }

    /// Whether so many slots leave one free: then who is first in line may have it.
    #[inline]
    pub(super) fn next(&self, limit: usize) -> Option<Waker> {
        if self.slots.used() < limit { self.line.first() } else { None }
    }

    /// Gives a slot back.
    #[inline]
    pub(super) fn free(&mut self, key: Key) -> Freed {
        let slot = self.slots.remove(key);
        let next = if slot.is_some() { self.line.first() } else { None };
        Freed { slot, next }
    }

    /// Ends a request from this side. Answers with those to be woken.
    pub(super) fn end(&mut self, key: Key, error: TransportError) -> Vec<Waker> {
        let Some(slot) = self.slots.get(key) else { return Vec::new() };
        let mut woken: Vec<Waker> = slot.caller.take().into_iter().chain(slot.watcher.take()).collect();
        match slot.pipe.take() {
            Some(pipe) => {
                woken.extend(pipe.end(Err(error)));
                woken.extend(self.free(key).next);
            }
            None => slot.asked = Asked::Answered(Err(error)),
        }
        woken
    }
}

/// What is left of a slot's use, to be dropped outside of the lock, and who has it next.
#[derive(Default)]
pub(super) struct Freed {
    slot: Option<Slot>,
    next: Option<Waker>,
}

impl Freed {
    /// Wakes who has it next.
    #[inline]
    pub(super) fn wake(self) {
        let Self { slot, next } = self;
        drop(slot);
        if let Some(next) = next {
            next.wake();
        }
    }
}
