use core::task::{Poll, Waker};
use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use bytes::Bytes;

use super::served::Peer;
use crate::transport::TransportError;
use crate::transport::shared::key::Key;

/// The requests of one endpoint that nobody has taken yet, from all peers. Each peer has at most so many
/// in it as it may have in flight.
#[derive(Debug, Default)]
pub(super) struct Inbox {
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    queue: VecDeque<Arrival>,
    takers: VecDeque<(u64, Waker)>,
    listeners: usize,
    next_listener: u64,
    is_closed: bool,
}

/// A request as it came.
#[derive(Debug)]
pub(super) struct Arrival {
    pub(super) peer: Arc<Peer>,
    pub(super) key: Key,
    pub(super) bytes: Bytes,
    pub(super) is_many: bool,
}

impl Inbox {
    fn lock(&self) -> MutexGuard<'_, State> {
        // Nothing that may panic runs under the lock.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Puts a request in; hands it back where nobody listens.
    pub(super) fn push(&self, arrival: Arrival) -> Result<(), Arrival> {
        let mut state = self.lock();
        if state.listeners == 0 {
            return Err(arrival);
        }
        state.queue.push_back(arrival);
        let taker = state.takers.pop_front();
        drop(state);
        if let Some((_, taker)) = taker {
            taker.wake();
        }
        Ok(())
    }

    /// Takes out what nobody wants any more.
    pub(super) fn remove(&self, peer: &Peer, key: Key) {
        let mut state = self.lock();
        let is_it = |arrival: &Arrival| core::ptr::eq(&raw const *arrival.peer, peer) && arrival.key == key;
        let at = state.queue.iter().position(is_it);
        let removed = at.and_then(|at| state.queue.remove(at));
        drop(state);
        drop(removed);
    }

    pub(super) fn listen(&self) -> Result<u64, TransportError> {
        let mut state = self.lock();
        if state.is_closed {
            return Err(TransportError::Closed);
        }
        state.listeners += 1;
        state.next_listener += 1;
        Ok(state.next_listener)
    }

    /// One listens no longer. With the last, what waits is refused.
    pub(super) fn leave(&self, listener: u64) {
        let mut state = self.lock();
        state.listeners -= 1;
        let woken: Vec<Waker> = state.takers.iter().map(|(_, waker)| waker.clone()).collect();
        state.takers.retain(|(taker, _)| *taker != listener);
        let refused = if state.listeners == 0 { core::mem::take(&mut state.queue) } else { VecDeque::new() };
        drop(state);
        for arrival in refused {
            let _gone = arrival.peer.fail(arrival.key, TransportError::Refused);
        }
        woken.into_iter().for_each(Waker::wake);
    }

    /// The next request; `None` when there will be none.
    pub(super) fn take(&self, listener: u64, waker: &Waker) -> Poll<Option<Arrival>> {
        let mut state = self.lock();
        if let Some(arrival) = state.queue.pop_front() {
            return Poll::Ready(Some(arrival));
        }
        if state.is_closed {
            return Poll::Ready(None);
        }
        let mut old = None;
        match state.takers.iter_mut().find(|(taker, _)| *taker == listener) {
            Some((_, waiting)) if waiting.will_wake(waker) => {}
            Some((_, waiting)) => old = Some(core::mem::replace(waiting, waker.clone())),
            None => state.takers.push_back((listener, waker.clone())),
        }
        drop(state);
        drop(old);
        Poll::Pending
    }

    /// A listener waits no longer; where it was woken for a request, another is.
    pub(super) fn stop_taking(&self, listener: u64) {
        let mut state = self.lock();
        let at = state.takers.iter().position(|(taker, _)| *taker == listener);
        let (old, next) = match at {
            Some(at) => (state.takers.remove(at), None),
            None if state.queue.is_empty() => (None, None),
            None => (None, state.takers.pop_front()),
        };
        drop(state);
        drop(old);
        if let Some((_, next)) = next {
            next.wake();
        }
    }

    /// Nothing comes any more.
    pub(super) fn close(&self) {
        let mut state = self.lock();
        state.is_closed = true;
        let takers = core::mem::take(&mut state.takers);
        drop(state);
        takers.into_iter().for_each(|(_, waker)| waker.wake());
    }
}
