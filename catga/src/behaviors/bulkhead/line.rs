use core::task::Waker;
use std::collections::VecDeque;
use std::sync::PoisonError;

use super::places::{ONE_WAITS, Places};
use super::{Mutex, MutexGuard, Ordering};

/// Places, and those who wait for one, first come first served.
///
/// A place that is given back goes straight to the first in line: it is never free while somebody waits,
/// so nobody who comes later can take it. Wakers are woken and dropped outside of the lock.
#[derive(Debug)]
pub(super) struct Line {
    places: Places,
    longest: u32,
    waiting: Mutex<Waiting>,
}

#[derive(Debug)]
struct Waiting {
    line: VecDeque<Waiter>,
    next: u64,
}

#[derive(Debug)]
struct Waiter {
    ticket: u64,
    waker: Waker,
}

/// What a newcomer is told.
pub(super) enum Joined {
    /// There was a place.
    Taken,
    /// To wait, with this ticket.
    Waits(u64),
    /// The line is full.
    Refused,
}

impl Line {
    pub(super) const fn new(places: Places, longest: u32) -> Self {
        Self { places, longest, waiting: Mutex::new(Waiting { line: VecDeque::new(), next: 0 }) }
    }

    pub(super) fn places(&self) -> &Places {
        &self.places
    }

    /// How many wait.
    #[allow(dead_code, reason = "a model checker does not ask")]
    pub(super) fn waiting(&self) -> u32 {
        (self.places.word.load(Ordering::Relaxed) / ONE_WAITS) as u32
    }

    fn lock(&self) -> MutexGuard<'_, Waiting> {
        // Nothing that may panic runs under the lock.
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes a place, or waits at the end of the line.
    pub(super) fn join(&self, waker: &Waker) -> Joined {
        // Refusing many has to be cheap.
        if self.places.are_full(self.longest) {
            return Joined::Refused;
        }
        let waker = waker.clone();
        let mut waiting = self.lock();
        match self.places.take_or_wait(self.longest) {
            Some(true) => Joined::Taken,
            None => Joined::Refused,
            Some(false) => {
                let ticket = waiting.next;
                waiting.next += 1;
                waiting.line.push_back(Waiter { ticket, waker });
                Joined::Waits(ticket)
            }
        }
    }

    /// Whether the one with this ticket has been given a place.
    pub(super) fn is_served(&self, ticket: u64, waker: &Waker) -> bool {
        let mut waiting = self.lock();
        let Some(waiter) = waiting.find(ticket).and_then(|at| waiting.line.get_mut(at)) else { return true };
        if !waiter.waker.will_wake(waker) {
            let old = core::mem::replace(&mut waiter.waker, waker.clone());
            drop(waiting);
            drop(old);
        }
        false
    }

    /// The one with this ticket waits no longer; a place that it has been given goes on.
    pub(super) fn leave(&self, ticket: u64) {
        let mut waiting = self.lock();
        let left = waiting.find(ticket).and_then(|at| waiting.line.remove(at));
        if left.is_some() {
            self.places.waits_no_longer();
        }
        drop(waiting);
        if left.is_none() {
            self.give();
        }
    }

    /// Gives a place back: to the first in line, if there is one.
    #[inline]
    pub(super) fn give(&self) {
        if !self.places.give() {
            self.hand_on();
        }
    }

    #[cold]
    fn hand_on(&self) {
        let mut waiting = self.lock();
        let first = waiting.line.pop_front();
        if first.is_some() {
            self.places.waits_no_longer();
        } else {
            // The last has left meanwhile, and nobody can join under the lock.
            let _nobody_waits = self.places.give();
        }
        drop(waiting);
        if let Some(first) = first {
            first.waker.wake();
        }
    }
}

impl Waiting {
    /// Tickets are in order.
    fn find(&self, ticket: u64) -> Option<usize> {
        self.line.binary_search_by_key(&ticket, |waiter| waiter.ticket).ok()
    }
}

/// What a line does; under its lock, so that the count of those who wait is the line's length.
impl Places {
    /// Whether all are taken and `longest` wait already.
    pub(super) fn are_full(&self, longest: u32) -> bool {
        let word = self.word.load(Ordering::Relaxed);
        word >= u64::from(self.most) && word / ONE_WAITS >= u64::from(longest)
    }

    /// Takes a place (`Some(true)`), or counts one more who waits (`Some(false)`), if fewer than `longest` do.
    pub(super) fn take_or_wait(&self, longest: u32) -> Option<bool> {
        let mut word = self.word.load(Ordering::Relaxed);
        loop {
            let (next, taken) = if word < u64::from(self.most) {
                (word + 1, true)
            } else if word / ONE_WAITS < u64::from(longest) {
                (word + ONE_WAITS, false)
            } else {
                return None;
            };
            match self.word.compare_exchange_weak(word, next, Ordering::Acquire, Ordering::Relaxed) {
                Ok(_) => return Some(taken),
                Err(now) => word = now,
            }
        }
    }

    /// One waits no longer.
    pub(super) fn waits_no_longer(&self) {
        self.word.fetch_sub(ONE_WAITS, Ordering::Relaxed);
    }
}
