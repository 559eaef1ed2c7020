use core::task::{Poll, Waker};
use std::collections::VecDeque;
use std::sync::PoisonError;

use super::key::Key;
use super::line::Line;
use super::pipe::Pipe;
use super::{Arc, Bytes, Mutex, MutexGuard, TransportError};

/// Where the requests of one endpoint wait to be taken, and their callers for the answers.
///
/// A request has a slot from when it is written to when nobody needs it any more; there are so many
/// slots, used again and again, so that nothing is allocated once they are there. Wakers are woken and
/// dropped outside of the lock.
#[derive(Debug)]
pub(super) struct Desk {
    state: Mutex<State>,
    limit: usize,
}

#[derive(Debug, Default)]
struct State {
    slots: Vec<Slot>,
    free: Vec<u32>,
    queue: VecDeque<Entry>,
    /// Callers who wait for a slot.
    line: Line,
    /// Listeners who wait for a request.
    takers: VecDeque<(u64, Waker)>,
    listeners: usize,
    next_listener: u64,
    phase: Phase,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Phase {
    #[default]
    Open,
    /// Takes nothing new.
    Closing,
    /// Has cut off what was left.
    Cut,
}

#[derive(Debug)]
struct Slot {
    generation: u32,
    state: Asked,
    /// Who waits for the answer.
    caller: Option<Waker>,
    /// Who answers, and wants to know when the caller has gone.
    watcher: Option<Waker>,
    pipe: Option<Arc<Pipe<Bytes>>>,
}

#[derive(Debug)]
enum Asked {
    Free,
    Queued,
    Taken,
    Answered(Result<Bytes, TransportError>),
    /// Its caller has gone, and its responder has not.
    Gone,
}

#[derive(Debug)]
struct Entry {
    key: Key,
    bytes: Bytes,
}

/// A request that a listener has taken.
#[derive(Debug)]
pub(super) struct Taken {
    pub(super) key: Key,
    pub(super) bytes: Bytes,
    pub(super) pipe: Option<Arc<Pipe<Bytes>>>,
}

impl Desk {
    pub(super) fn new(limit: usize) -> Self {
        Self { state: Mutex::new(State::default()), limit: limit.max(1) }
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
        if state.listeners == 0 {
            return Poll::Ready(Err(TransportError::NobodyListens));
        }
        if state.used() >= self.limit || !state.line.is_turn(*ticket) {
            let old = state.line.wait(ticket, waker);
            drop(state);
            drop(old);
            return Poll::Pending;
        }
        let old = ticket.take().and_then(|ticket| state.line.leave(ticket));
        let key = state.take_slot(waker, pipe);
        state.queue.push_back(Entry { key, bytes: core::mem::take(bytes) });
        let taker = state.takers.pop_front();
        let next = if state.used() < self.limit { state.line.first() } else { None };
        drop(state);
        drop(old);
        wake(taker.map(|(_, waker)| waker));
        wake(next);
        Poll::Ready(Ok(key))
    }

    /// Somebody who waits for a slot waits no longer.
    pub(super) fn leave_line(&self, ticket: u64) {
        let mut state = self.lock();
        let old = state.line.leave(ticket);
        let next = if state.used() < self.limit { state.line.first() } else { None };
        drop(state);
        drop(old);
        wake(next);
    }

    /// The answer, when it is there.
    pub(super) fn answered(&self, key: Key, waker: &Waker) -> Poll<Result<Bytes, TransportError>> {
        let mut state = self.lock();
        // A caller has its slot to itself until it takes the answer.
        let Some(slot) = state.slot(key) else { return Poll::Ready(Err(TransportError::Lost)) };
        if !matches!(slot.state, Asked::Answered(_)) {
            let old = match &mut slot.caller {
                Some(old) if old.will_wake(waker) => None,
                caller => caller.replace(waker.clone()),
            };
            drop(state);
            drop(old);
            return Poll::Pending;
        }
        let Asked::Answered(answer) = core::mem::replace(&mut slot.state, Asked::Free) else {
            return Poll::Ready(Err(TransportError::Lost));
        };
        let freed = state.free(key);
        drop(state);
        freed.wake();
        Poll::Ready(answer)
    }

    /// The caller goes: its request is taken out, or the one who answers it is told.
    pub(super) fn abandon(&self, key: Key) {
        let mut state = self.lock();
        let Some(slot) = state.slot(key) else { return };
        let (mut watcher, mut freed, mut entry) = (None, Freed::default(), None);
        match slot.state {
            Asked::Taken => {
                slot.state = Asked::Gone;
                watcher = slot.watcher.take();
                // Its caller's task may be kept alive by it.
                freed.dropped = slot.caller.take();
            }
            Asked::Queued => {
                let at = state.queue.iter().position(|entry| entry.key == key);
                entry = at.and_then(|at| state.queue.remove(at));
                freed = state.free(key);
            }
            Asked::Answered(_) => freed = state.free(key),
            Asked::Free | Asked::Gone => {}
        }
        drop(state);
        drop(entry);
        wake(watcher);
        freed.wake();
    }

    /// Answers a request that was taken.
    pub(super) fn answer(&self, key: Key, answer: Result<Bytes, TransportError>) -> Result<(), TransportError> {
        let mut state = self.lock();
        let Some(slot) = state.slot(key) else { return Err(TransportError::Cancelled) };
        if matches!(slot.state, Asked::Taken) {
            slot.state = Asked::Answered(answer);
            let (caller, watcher) = (slot.caller.take(), slot.watcher.take());
            drop(state);
            drop(watcher);
            wake(caller);
            return Ok(());
        }
        let freed = if matches!(slot.state, Asked::Gone) { state.free(key) } else { Freed::default() };
        drop(state);
        freed.wake();
        Err(TransportError::Cancelled)
    }

    /// The one who answers with items has ended: the slot is nobody's any more.
    pub(super) fn release(&self, key: Key) {
        let mut state = self.lock();
        let freed = if state.slot(key).is_some() { state.free(key) } else { Freed::default() };
        drop(state);
        freed.wake();
    }

    /// Whether the caller has gone.
    pub(super) fn gone(&self, key: Key, waker: &Waker) -> Poll<()> {
        let mut state = self.lock();
        let Some(slot) = state.slot(key) else { return Poll::Ready(()) };
        if !matches!(slot.state, Asked::Taken) {
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
        state.listeners += 1;
        state.next_listener += 1;
        Ok(state.next_listener)
    }

    /// One listens no longer. With the last, what waits is refused.
    pub(super) fn leave(&self, listener: u64) {
        let mut state = self.lock();
        state.listeners -= 1;
        let mut woken: Vec<Waker> = state.takers.iter().map(|(_, waker)| waker.clone()).collect();
        state.takers.retain(|(taker, _)| *taker != listener);
        let mut refused = VecDeque::new();
        if state.listeners == 0 {
            refused = core::mem::take(&mut state.queue);
            for entry in &refused {
                woken.extend(state.end(entry.key, TransportError::Refused));
            }
            woken.extend(state.line.all());
        }
        drop(state);
        drop(refused);
        woken.into_iter().for_each(Waker::wake);
    }

    /// The next request; `None` when there will be none.
    pub(super) fn take(&self, listener: u64, waker: &Waker) -> Poll<Option<Taken>> {
        let mut state = self.lock();
        while let Some(entry) = state.queue.pop_front() {
            if let Some(slot) = state.slot(entry.key) {
                slot.state = Asked::Taken;
                let pipe = slot.pipe.clone();
                return Poll::Ready(Some(Taken { key: entry.key, bytes: entry.bytes, pipe }));
            }
        }
        if state.phase != Phase::Open {
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
        wake(next.map(|(_, waker)| waker));
    }

    /// Takes nothing new.
    pub(super) fn close(&self) {
        let mut state = self.lock();
        if state.phase == Phase::Open {
            state.phase = Phase::Closing;
        }
        let takers = core::mem::take(&mut state.takers);
        let woken: Vec<Waker> = state.line.all().collect();
        drop(state);
        woken.into_iter().chain(takers.into_iter().map(|(_, waker)| waker)).for_each(Waker::wake);
    }

    /// Cuts off what is left, and says how much that was.
    pub(super) fn cut(&self) -> usize {
        let mut state = self.lock();
        state.phase = Phase::Cut;
        let queue = core::mem::take(&mut state.queue);
        let mut woken = Vec::new();
        let mut count = 0;
        for (slot, at) in state.slots.iter().zip(0..).map(|(slot, at)| (slot.generation, at)).collect::<Vec<_>>() {
            let key = Key { slot: at, generation: slot };
            let is_left = state.slot(key).is_some_and(|slot| matches!(slot.state, Asked::Queued | Asked::Taken));
            if is_left {
                count += 1;
                woken.extend(state.end(key, TransportError::Lost));
            }
        }
        drop(state);
        drop(queue);
        woken.into_iter().for_each(Waker::wake);
        count
    }

    /// How many requests are written and not answered.
    pub(super) fn in_flight(&self) -> usize {
        let state = self.lock();
        state.slots.iter().filter(|slot| matches!(slot.state, Asked::Queued | Asked::Taken)).count()
    }
}

impl State {
    fn used(&self) -> usize {
        self.slots.len() - self.free.len()
    }

    fn slot(&mut self, key: Key) -> Option<&mut Slot> {
        self.slots.get_mut(key.slot as usize).filter(|slot| slot.generation == key.generation)
    }

    fn take_slot(&mut self, waker: &Waker, pipe: Option<&Arc<Pipe<Bytes>>>) -> Key {
        let at = self.free.pop().unwrap_or_else(|| {
            let slot = Slot { generation: 0, state: Asked::Free, caller: None, watcher: None, pipe: None };
            self.slots.push(slot);
            (self.slots.len() - 1) as u32
        });
        let slot = &mut self.slots[at as usize];
        slot.state = Asked::Queued;
        match pipe {
            Some(pipe) => slot.pipe = Some(Arc::clone(pipe)),
            None => slot.caller = Some(waker.clone()),
        }
        Key { slot: at, generation: slot.generation }
    }

    /// Gives a slot back.
    fn free(&mut self, key: Key) -> Freed {
        let mut freed = Freed::default();
        if let Some(slot) = self.slot(key) {
            slot.generation = slot.generation.wrapping_add(1);
            slot.state = Asked::Free;
            freed.dropped = slot.caller.take();
            freed.watcher = slot.watcher.take();
            freed.pipe = slot.pipe.take();
            self.free.push(key.slot);
            freed.next = self.line.first();
        }
        freed
    }

    /// Ends a request from this side. Answers with those to be woken.
    fn end(&mut self, key: Key, error: TransportError) -> Vec<Waker> {
        let Some(slot) = self.slot(key) else { return Vec::new() };
        let mut woken: Vec<Waker> = slot.caller.take().into_iter().chain(slot.watcher.take()).collect();
        match slot.pipe.take() {
            Some(pipe) => {
                woken.extend(pipe.end(Err(error)));
                woken.extend(self.free(key).next);
            }
            None => slot.state = Asked::Answered(Err(error)),
        }
        woken
    }
}

/// What is left of a slot's use, to be dropped and woken outside of the lock.
#[derive(Default)]
struct Freed {
    dropped: Option<Waker>,
    watcher: Option<Waker>,
    pipe: Option<Arc<Pipe<Bytes>>>,
    next: Option<Waker>,
}

impl Freed {
    #[inline]
    fn wake(self) {
        wake(self.next);
    }
}

#[inline]
fn wake(waker: Option<Waker>) {
    if let Some(waker) = waker {
        waker.wake();
    }
}
