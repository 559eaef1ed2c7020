use core::future::Future;
use core::pin::Pin;
use core::task::{Context, Poll, Waker};
use std::collections::VecDeque;
use std::sync::PoisonError;

use super::{Mutex, MutexGuard};

/// What one run has in hand: how many deliveries it may take, and the places in which they are handled. Who finds
/// no place waits, first come first served.
///
/// Wakers are woken and dropped outside of the lock.
#[derive(Debug)]
pub(super) struct Hand {
    state: Mutex<State>,
    prefetch: usize,
}

#[derive(Debug)]
struct State {
    /// Whether it takes anything.
    is_open: bool,
    concurrency: usize,
    /// Deliveries in hand: those with a place, and those that wait for one.
    held: usize,
    /// Places that are taken.
    handled: usize,
    line: VecDeque<(u64, Waker)>,
    next: u64,
}

impl Hand {
    /// Closed at first.
    pub(super) fn new(concurrency: usize, prefetch: usize) -> Self {
        let state = State {
            is_open: false,
            concurrency: concurrency.max(1),
            held: 0,
            handled: 0,
            line: VecDeque::new(),
            next: 0,
        };
        Self { state: Mutex::new(state), prefetch }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        // Nothing that may panic runs under the lock.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Those that are beyond a lower concurrency stay until they are done.
    pub(super) fn set(&self, concurrency: usize, is_open: bool) {
        let mut state = self.lock();
        state.concurrency = concurrency.max(1);
        state.is_open = is_open;
        let next = state.next_in_line();
        drop(state);
        next.into_iter().for_each(Waker::wake);
    }

    /// Whether another delivery may be taken.
    pub(super) fn has_room(&self) -> bool {
        let state = self.lock();
        state.is_open && state.held < state.concurrency.saturating_add(self.prefetch)
    }

    /// One more is in hand.
    pub(super) fn hold(&self) {
        self.lock().held += 1;
    }

    /// One less is in hand.
    pub(super) fn release(&self) {
        self.lock().held -= 1;
    }

    /// Waits for a place. Cancel safe: who drops it leaves the line.
    pub(super) const fn enter(&self) -> Enter<'_> {
        Enter { hand: self, ticket: None }
    }
}

impl State {
    fn has_place(&self) -> bool {
        self.handled < self.concurrency
    }

    /// Who is to be woken as there is a place.
    fn next_in_line(&self) -> Option<Waker> {
        self.line.front().filter(|_| self.has_place()).map(|(_, waker)| waker.clone())
    }

    fn find(&self, ticket: u64) -> Option<usize> {
        self.line.binary_search_by_key(&ticket, |(ticket, _)| *ticket).ok()
    }
}

/// What [`Hand::enter`] returns.
#[must_use = "a future does nothing until it is awaited"]
pub(super) struct Enter<'h> {
    hand: &'h Hand,
    ticket: Option<u64>,
}

impl<'h> Future for Enter<'h> {
    type Output = Place<'h>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Place<'h>> {
        let hand = self.hand;
        let mut state = hand.lock();
        let at = self.ticket.and_then(|ticket| state.find(ticket));
        let is_turn = at.map_or(state.line.is_empty(), |at| at == 0);
        if is_turn && state.has_place() {
            state.handled += 1;
            let old = at.and_then(|at| state.line.remove(at));
            // There may be more than one place.
            let next = state.next_in_line();
            drop(state);
            self.ticket = None;
            drop(old);
            next.into_iter().for_each(Waker::wake);
            return Poll::Ready(Place { hand });
        }
        let mut old = None;
        match at {
            Some(at) if state.line[at].1.will_wake(cx.waker()) => {}
            Some(at) => old = Some(core::mem::replace(&mut state.line[at].1, cx.waker().clone())),
            None => {
                let ticket = state.next;
                state.next += 1;
                state.line.push_back((ticket, cx.waker().clone()));
                drop(state);
                self.ticket = Some(ticket);
                return Poll::Pending;
            }
        }
        drop(state);
        drop(old);
        Poll::Pending
    }
}

impl Drop for Enter<'_> {
    fn drop(&mut self) {
        let Some(ticket) = self.ticket else { return };
        let mut state = self.hand.lock();
        let old = state.find(ticket).and_then(|at| state.line.remove(at));
        // It may have been woken for a place that is now the next one's.
        let next = state.next_in_line();
        drop(state);
        drop(old);
        next.into_iter().for_each(Waker::wake);
    }
}

/// A place in which one message is handled, until it is dropped.
#[must_use = "it is free again when it is dropped"]
pub(super) struct Place<'h> {
    hand: &'h Hand,
}

impl Drop for Place<'_> {
    fn drop(&mut self) {
        let mut state = self.hand.lock();
        state.handled -= 1;
        let next = state.next_in_line();
        drop(state);
        next.into_iter().for_each(Waker::wake);
    }
}
