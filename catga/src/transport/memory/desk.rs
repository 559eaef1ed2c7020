use core::task::{Poll, Waker};
use std::sync::PoisonError;

use super::closing::Closing;
use super::key::Key;
use super::pipe::Pipe;
use super::state::{Asked, Entry, Freed, Phase, State};
use super::{Arc, Bytes, Mutex, MutexGuard, TransportError};

/// Where the requests of one endpoint wait to be taken, and their callers for the answers.
///
/// There are so many slots for them. Wakers are woken and dropped outside of the lock.
#[derive(Debug)]
pub(super) struct Desk {
    state: Mutex<State>,
    limit: usize,
    /// Who wants to know that something was finished.
    closing: Arc<Closing>,
}

/// A request that a listener has taken.
#[derive(Debug)]
pub(super) struct Taken {
    pub(super) key: Key,
    pub(super) bytes: Bytes,
    pub(super) pipe: Option<Arc<Pipe<Bytes>>>,
}

impl Desk {
    pub(super) fn new(limit: usize, closing: Arc<Closing>) -> Self {
        Self { state: Mutex::new(State::default()), limit: limit.max(1), closing }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        // Nothing that may panic runs under the lock.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Writes a request, once it has a slot; `bytes` is taken then.
    pub(super) fn enter(
        &self,
        ticket: &mut Option<u64>,
        bytes: &mut Bytes,
        pipe: Option<&Arc<Pipe<Bytes>>>,
        waker: &Waker,
    ) -> Poll<Result<Key, TransportError>> {
        let mut state = self.lock();
        if state.phase != Phase::Open {
            return Poll::Ready(Err(TransportError::Closed));
        }
        if state.listeners.is_empty() {
            return Poll::Ready(Err(TransportError::NobodyListens));
        }
        if state.slots.used() >= self.limit || !state.line.is_turn(*ticket) {
            let old = state.line.wait(ticket, waker);
            drop(state);
            drop(old);
            return Poll::Pending;
        }
        let old = ticket.take().and_then(|ticket| state.line.leave(ticket));
        let key = state.insert(waker, pipe);
        let taker = state.listeners.push(Entry { key, bytes: core::mem::take(bytes) });
        let next = state.next(self.limit);
        drop(state);
        drop(old);
        wake(taker);
        wake(next);
        Poll::Ready(Ok(key))
    }

    /// Somebody who waits for a slot waits no longer.
    pub(super) fn leave_line(&self, ticket: u64) {
        let mut state = self.lock();
        let old = state.line.leave(ticket);
        let next = state.next(self.limit);
        drop(state);
        drop(old);
        wake(next);
    }

    /// The answer, when it is there.
    pub(super) fn answered(&self, key: Key, waker: &Waker) -> Poll<Result<Bytes, TransportError>> {
        let mut state = self.lock();
        // A caller has its slot to itself until it takes the answer.
        let Some(slot) = state.slots.get(key) else { return Poll::Ready(Err(TransportError::Lost)) };
        let Asked::Answered(answer) = &mut slot.asked else {
            let old = match &mut slot.caller {
                Some(old) if old.will_wake(waker) => None,
                caller => caller.replace(waker.clone()),
            };
            drop(state);
            drop(old);
            return Poll::Pending;
        };
        let answer = core::mem::replace(answer, Err(TransportError::Lost));
        let freed = state.free(key);
        drop(state);
        freed.wake();
        Poll::Ready(answer)
    }

    /// The caller goes: its request is taken out, or the one who answers it is told.
    pub(super) fn abandon(&self, key: Key) {
        let mut state = self.lock();
        let Some(slot) = state.slots.get(key) else { return };
        let (mut watcher, mut caller, mut entry, mut freed) = (None, None, None, Freed::default());
        match slot.asked {
            Asked::Taken => {
                slot.asked = Asked::Gone;
                watcher = slot.watcher.take();
                // Its caller's task may be kept alive by it.
                caller = slot.caller.take();
            }
            Asked::Queued => {
                entry = state.listeners.remove(|entry| entry.key == key);
                freed = state.free(key);
            }
            Asked::Answered(_) => freed = state.free(key),
            Asked::Gone => {}
        }
        drop(state);
        drop((caller, entry));
        wake(watcher);
        freed.wake();
        self.closing.progress();
    }

    /// Answers a request that was taken.
    pub(super) fn answer(&self, key: Key, answer: Result<Bytes, TransportError>) -> Result<(), TransportError> {
        let mut state = self.lock();
        let answered = match state.slots.get(key) {
            Some(slot) if matches!(slot.asked, Asked::Taken) => {
                slot.asked = Asked::Answered(answer);
                let (caller, watcher) = (slot.caller.take(), slot.watcher.take());
                drop(state);
                drop(watcher);
                wake(caller);
                Ok(())
            }
            slot => {
                let is_gone = slot.is_some_and(|slot| matches!(slot.asked, Asked::Gone));
                let freed = if is_gone { state.free(key) } else { Freed::default() };
                drop(state);
                freed.wake();
                Err(TransportError::Cancelled)
            }
        };
        self.closing.progress();
        answered
    }

    /// The one who answers with items has ended: the slot is nobody's any more.
    pub(super) fn release(&self, key: Key) {
        let freed = self.lock().free(key);
        freed.wake();
        self.closing.progress();
    }

    /// Whether the caller has gone.
    pub(super) fn gone(&self, key: Key, waker: &Waker) -> Poll<()> {
        let mut state = self.lock();
        let Some(slot) = state.slots.get(key) else { return Poll::Ready(()) };
        if !matches!(slot.asked, Asked::Taken) {
            return Poll::Ready(());
        }
        let old = slot.watcher.replace(waker.clone());
        drop(state);
        drop(old);
        Poll::Pending
    }

    /// One more listens; the number is its own.
    pub(super) fn listen(&self) -> Result<u64, TransportError> {
        let mut state = self.lock();
        if state.phase != Phase::Open {
            return Err(TransportError::Closed);
        }
        Ok(state.listeners.join())
    }

    /// One listens no longer. With the last, what waits is refused.
    pub(super) fn leave(&self, listener: u64) {
        let mut state = self.lock();
        let (refused, mut woken) = state.listeners.leave(listener);
        if state.listeners.is_empty() {
            for entry in &refused {
                woken.extend(state.end(entry.key, TransportError::Refused));
            }
            woken.extend(state.line.all());
        }
        drop(state);
        drop(refused);
        woken.into_iter().for_each(Waker::wake);
        self.closing.progress();
    }

    /// The next request; `None` when there will be none.
    pub(super) fn take(&self, listener: u64, waker: &Waker) -> Poll<Option<Taken>> {
        let mut state = self.lock();
        while let Some(Entry { key, bytes }) = state.listeners.pop(|_| true) {
            if let Some(slot) = state.slots.get(key) {
                slot.asked = Asked::Taken;
                let pipe = slot.pipe.clone();
                let (old, next) = state.listeners.taken(listener);
                drop(state);
                drop(old);
                wake(next);
                return Poll::Ready(Some(Taken { key, bytes, pipe }));
            }
        }
        if state.phase != Phase::Open {
            return Poll::Ready(None);
        }
        let old = state.listeners.wait(listener, waker);
        drop(state);
        drop(old);
        Poll::Pending
    }

    /// A listener waits no longer; where it was woken for a request, another is.
    pub(super) fn stop_taking(&self, listener: u64) {
        let (old, next) = self.lock().listeners.stop_waiting(listener);
        drop(old);
        wake(next);
    }

    /// Takes nothing new.
    pub(super) fn close(&self) {
        let mut state = self.lock();
        if state.phase == Phase::Open {
            state.phase = Phase::Closing;
        }
        let takers = state.listeners.end();
        let callers: Vec<Waker> = state.line.all().collect();
        drop(state);
        callers.into_iter().chain(takers).for_each(Waker::wake);
    }

    /// Cuts off what is left, and says how much that was.
    pub(super) fn cut(&self) -> usize {
        let mut state = self.lock();
        state.phase = Phase::Cut;
        let queued = state.listeners.clear();
        let mut woken = Vec::new();
        let mut count = 0;
        for key in state.slots.keys() {
            let is_left = state.slots.get(key).is_some_and(|slot| slot.asked.is_left());
            if is_left {
                count += 1;
                woken.extend(state.end(key, TransportError::Lost));
            }
        }
        drop(state);
        drop(queued);
        woken.into_iter().for_each(Waker::wake);
        count
    }

    /// How many requests are written and not answered.
    pub(super) fn in_flight(&self) -> usize {
        self.lock().slots.values().filter(|slot| slot.asked.is_left()).count()
    }
}

#[inline]
fn wake(waker: Option<Waker>) {
    if let Some(waker) = waker {
        waker.wake();
    }
}
