use core::task::{Poll, Waker};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use bytes::Bytes;

use super::served::Peer;
use crate::transport::TransportError;
use crate::transport::shared::key::Key;
use crate::transport::shared::listener::Takes;
use crate::transport::shared::listeners::Listeners;

/// The requests of one endpoint that nobody has taken yet, from all peers. Each peer has at most so many
/// in it as it may have in flight.
///
/// Those of a peer that does not read its answers are passed over until it does: what is kept for it is the
/// answers to what was taken before, and it holds up no other peer.
#[derive(Debug)]
pub(super) struct Inbox {
    state: Mutex<State>,
    /// So many bytes that wait to be written to a peer are too many.
    buffer: usize,
}

#[derive(Debug, Default)]
struct State {
    listeners: Listeners<Arrival>,
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
    pub(super) fn new(buffer: usize) -> Self {
        Self { state: Mutex::default(), buffer }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        // Nothing that may panic runs under the lock.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Puts a request in; hands it back where nobody listens.
    pub(super) fn push(&self, arrival: Arrival) -> Result<(), Arrival> {
        let mut state = self.lock();
        if state.listeners.is_empty() {
            return Err(arrival);
        }
        let taker = state.listeners.push(arrival);
        drop(state);
        taker.into_iter().for_each(Waker::wake);
        Ok(())
    }

    /// Takes out what nobody wants any more.
    pub(super) fn remove(&self, peer: &Peer, key: Key) {
        let is_it = |arrival: &Arrival| core::ptr::eq(&raw const *arrival.peer, peer) && arrival.key == key;
        let removed = self.lock().listeners.remove(is_it);
        drop(removed);
    }

    /// Nothing comes any more.
    pub(super) fn close(&self) {
        let mut state = self.lock();
        state.is_closed = true;
        let takers = state.listeners.end();
        drop(state);
        takers.for_each(Waker::wake);
    }
}

impl Takes for Inbox {
    type Taken = Arrival;

    fn listen(&self) -> Result<u64, TransportError> {
        let mut state = self.lock();
        if state.is_closed { Err(TransportError::Closed) } else { Ok(state.listeners.join()) }
    }

    fn leave(&self, listener: u64) {
        let (refused, woken) = self.lock().listeners.leave(listener);
        for arrival in refused {
            let _gone = arrival.peer.fail(arrival.key, TransportError::Refused);
        }
        woken.into_iter().for_each(Waker::wake);
    }

    fn take(&self, listener: u64, waker: &Waker) -> Poll<Option<Arrival>> {
        let mut state = self.lock();
        loop {
            let is_closed = state.is_closed;
            let arrival = state.listeners.pop(|arrival| is_closed || !arrival.peer.out.is_over(self.buffer));
            if arrival.is_some() {
                let (old, next) = state.listeners.taken(listener);
                drop(state);
                drop(old);
                next.into_iter().for_each(Waker::wake);
                return Poll::Ready(arrival);
            }
            if is_closed {
                return Poll::Ready(None);
            }
            // Woken too when one of those who were passed over reads on.
            let reads_on = |arrival: &Arrival| arrival.peer.out.poll_below(self.buffer, waker).is_ready();
            if !state.listeners.requests().any(reads_on) {
                break;
            }
        }
        let old = state.listeners.wait(listener, waker);
        drop(state);
        drop(old);
        Poll::Pending
    }

    fn stop_taking(&self, listener: u64) {
        let (old, next) = self.lock().listeners.stop_waiting(listener);
        drop(old);
        next.into_iter().for_each(Waker::wake);
    }
}
