use core::task::{Poll, Waker};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use bytes::{Bytes, BytesMut};

use super::limits::UnixLimits;
use super::state::{Asked, Phase, Slot, State};
use crate::transport::TransportError;
use crate::transport::framed::frame::Frame;
use crate::transport::framed::hello::Hello;
use crate::transport::framed::out::Out;
use crate::transport::shared::key::Key;
use crate::transport::shared::line::Line;
use crate::transport::shared::slab::Slab;

/// What a client has asked and not been answered, and the connection that it asks on.
///
/// The lock of the buffer is taken inside of this one. Wakers are woken outside of it.
#[derive(Debug)]
pub(super) struct Slots {
    state: Mutex<State>,
}

/// What is to be put on the wire.
pub(super) struct Asking<P> {
    /// How many bytes of a user's there are.
    pub(super) bytes: usize,
    /// Whether it goes out although the client is closing.
    pub(super) settles: bool,
    pub(super) put: P,
}

impl Slots {
    pub(super) fn new() -> Self {
        Self {
            state: Mutex::new(State {
                phase: Phase::Connecting,
                is_closing: false,
                slots: Slab::default(),
                subscriptions: 0,
                settling: 0,
                line: Line::default(),
                closers: Vec::new(),
            }),
        }
    }

    pub(super) fn lock(&self) -> MutexGuard<'_, State> {
        // Nothing that may panic runs under the lock.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Writes a request, once there is a connection and a slot.
    pub(super) fn enter<P: FnOnce(&mut BytesMut, Key)>(
        &self,
        ticket: &mut Option<u64>,
        waker: &Waker,
        asking: &mut Option<Asking<P>>,
        asked: impl FnOnce() -> Asked,
    ) -> Poll<Result<Key, TransportError>> {
        let mut state = self.lock();
        let Some(next) = asking.as_ref() else { return Poll::Ready(Err(TransportError::Closed)) };
        if state.is_closing && !next.settles {
            return Poll::Ready(Err(TransportError::Closed));
        }
        let limits = match &state.phase {
            Phase::Closed => return Poll::Ready(Err(TransportError::Closed)),
            Phase::Down(error) => return Poll::Ready(Err(*error)),
            // What settles goes to the end of what is in flight.
            Phase::GoingAway(_) if !next.settles => return Poll::Ready(Err(TransportError::Refused)),
            Phase::GoingAway(_) | Phase::Connecting => None,
            Phase::Connected(_, hello) => Some(*hello),
        };
        if let Some(hello) = limits
            && next.bytes > UnixLimits::fitting(hello)
        {
            let limit = UnixLimits::fitting(hello);
            return Poll::Ready(Err(TransportError::TooLarge { bytes: next.bytes, limit }));
        }
        let out = match &state.phase {
            Phase::Connected(out, _) | Phase::GoingAway(out) => Some(Arc::clone(out)),
            _ => None,
        };
        let most = limits.map_or(u32::MAX, |hello| hello.in_flight) as usize;
        // Those who settle wait for nobody: it is what others may wait for, and nobody settles more than he was sent.
        // Neither do those who subscribe count, who would keep their places for ever.
        let has_turn = next.settles || (state.asked() < most && state.line.is_turn(*ticket));
        let Some(out) = out.filter(|_| has_turn) else {
            let old = state.line.wait(ticket, waker);
            drop(state);
            drop(old);
            return Poll::Pending;
        };
        let Some(asking) = asking.take() else { return Poll::Ready(Err(TransportError::Closed)) };
        let old = ticket.take().and_then(|ticket| state.line.leave(ticket));
        let key = state.insert(asking.settles, asked());
        match out.put(|out| (asking.put)(out, key)) {
            Some(at) => {
                if let Some(slot) = state.slots.get(key) {
                    slot.at = at;
                }
            }
            // It was lost just now, and its reader has not come to say so.
            None => {
                let freed = state.remove(key);
                drop(state);
                drop((old, freed));
                return Poll::Ready(Err(TransportError::Unreachable));
            }
        }
        let next = if state.asked() < most { state.line.first() } else { None };
        drop(state);
        drop(old);
        next.into_iter().for_each(Waker::wake);
        Poll::Ready(Ok(key))
    }

    pub(super) fn leave_line(&self, ticket: u64) {
        let mut state = self.lock();
        let old = state.line.leave(ticket);
        let next = state.line.first();
        drop(state);
        drop(old);
        next.into_iter().for_each(Waker::wake);
    }

    /// The answer, when it is there.
    pub(super) fn answered(&self, key: Key, waker: &Waker) -> Poll<Result<Bytes, TransportError>> {
        let mut state = self.lock();
        let Some(slot) = state.slots.get(key) else { return Poll::Ready(Err(TransportError::Lost)) };
        match &mut slot.asked {
            Asked::Answered(_) => {}
            Asked::Waiting(caller) => {
                let old = match caller {
                    Some(old) if old.will_wake(waker) => None,
                    caller => caller.replace(waker.clone()),
                };
                drop(state);
                drop(old);
                return Poll::Pending;
            }
            _ => return Poll::Ready(Err(TransportError::Lost)),
        }
        let freed = state.remove(key);
        let woken = state.next();
        drop(state);
        woken.into_iter().for_each(Waker::wake);
        match freed {
            Some(Slot { asked: Asked::Answered(answer), .. }) => Poll::Ready(answer),
            _ => Poll::Ready(Err(TransportError::Lost)),
        }
    }

    /// Nobody waits for this any more: the server is told.
    pub(super) fn abandon(&self, key: Key) {
        let mut state = self.lock();
        let Some(freed) = state.remove(key) else { return };
        if !matches!(freed.asked, Asked::Answered(_)) {
            state.put(&Frame::Cancel(key));
        }
        let woken = state.next();
        drop(state);
        drop(freed);
        woken.into_iter().for_each(Waker::wake);
    }

    /// Says something about a request that is in flight.
    pub(super) fn say(&self, key: Key, frame: &Frame) {
        let mut state = self.lock();
        if state.slots.get(key).is_some() {
            state.put(frame);
        }
    }

    /// Says something that has no answer, where there is a connection.
    pub(super) fn tell(&self, frame: &Frame) {
        self.lock().put(frame);
    }

    /// How many answers are due.
    pub(super) fn in_flight(&self) -> usize {
        let state = self.lock();
        state.slots.used() - state.subscriptions
    }

    pub(super) fn connected(&self, out: &Arc<Out>, hello: Hello) {
        self.change(Phase::Connected(Arc::clone(out), hello));
    }

    pub(super) fn connecting(&self) {
        self.change(Phase::Connecting);
    }

    /// An attempt failed.
    pub(super) fn down(&self, error: TransportError) {
        self.change(Phase::Down(error));
    }

    fn change(&self, phase: Phase) {
        let mut state = self.lock();
        if !matches!(state.phase, Phase::Closed) {
            state.phase = phase;
        }
        let woken: Vec<Waker> = state.line.all().collect();
        drop(state);
        woken.into_iter().for_each(Waker::wake);
    }

    /// The connection is lost: everything that was asked on it has its error.
    pub(super) fn lost(&self, out: &Out) {
        out.close();
        let mut state = self.lock();
        if !matches!(state.phase, Phase::Closed) {
            state.phase = Phase::Connecting;
        }
        let mut woken = Vec::new();
        for key in state.slots.keys() {
            let is_written = state.slots.get(key).is_some_and(|slot| out.is_written(slot.at));
            let error = if is_written { TransportError::Lost } else { TransportError::Unreachable };
            woken.extend(state.end(key, Err(error)));
        }
        woken.extend(state.line.all());
        drop(state);
        woken.into_iter().for_each(Waker::wake);
    }

    /// Asks nothing new. Subscriptions end.
    pub(super) fn close(&self) {
        let mut state = self.lock();
        state.is_closing = true;
        let mut woken: Vec<Waker> = state.line.all().collect();
        for key in state.slots.keys() {
            let is_subscription = state.slots.get(key).is_some_and(|slot| matches!(slot.asked, Asked::Deliveries(_)));
            if is_subscription {
                state.put(&Frame::Cancel(key));
                woken.extend(state.end(key, Ok(())));
            }
        }
        drop(state);
        woken.into_iter().for_each(Waker::wake);
    }

    pub(super) fn is_closing(&self) -> bool {
        self.lock().is_closing
    }

    /// Waits until everything is answered and written, or cut off.
    pub(super) fn poll_empty(&self, waker: &Waker) -> Poll<()> {
        let mut state = self.lock();
        let out = match &state.phase {
            Phase::Closed => return Poll::Ready(()),
            Phase::Connected(out, _) | Phase::GoingAway(out) => Some(Arc::clone(out)),
            _ => None,
        };
        if !state.closers.iter().any(|closer| closer.will_wake(waker)) {
            state.closers.push(waker.clone());
        }
        if state.pending() > 0 {
            return Poll::Pending;
        }
        drop(state);
        out.map_or(Poll::Ready(()), |out| out.poll_below(1, waker).map(|_| ()))
    }

    /// Cuts off what is left, and says how much that was.
    pub(super) fn cut(&self) -> usize {
        let mut state = self.lock();
        let left = state.pending();
        let phase = core::mem::replace(&mut state.phase, Phase::Closed);
        let out = match &phase {
            Phase::Connected(out, _) | Phase::GoingAway(out) => Some(out),
            _ => None,
        };
        state.is_closing = true;
        let mut woken = Vec::new();
        for key in state.slots.keys() {
            let is_written = match (state.slots.get(key), out) {
                (Some(slot), Some(out)) => out.is_written(slot.at),
                _ => false,
            };
            let error = if is_written { TransportError::Lost } else { TransportError::Closed };
            woken.extend(state.end(key, Err(error)));
        }
        woken.extend(state.line.all());
        woken.append(&mut state.closers);
        drop(state);
        if let Some(out) = out {
            out.close();
        }
        woken.into_iter().for_each(Waker::wake);
        left
    }
}
