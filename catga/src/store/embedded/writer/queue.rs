use std::collections::VecDeque;
use std::sync::PoisonError;

use super::{Condvar, Mutex, MutexGuard};

/// What waits, in the order in which it came, and the turns that take groups of it.
///
/// Whatever was taken in before the queue is closed is in one group and in no other.
pub(super) struct Queue<T> {
    state: Mutex<State<T>>,
    arrived: Condvar,
    /// Held while a group is worked on.
    turn: Mutex<()>,
}

struct State<T> {
    /// Each with its size in bytes.
    waiting: VecDeque<(T, usize)>,
    is_closed: bool,
}

/// The next group, and the turn to work on it: until `turn` is dropped, nobody has another.
pub(super) struct Turn<'q, T> {
    pub(super) group: Vec<T>,
    pub(super) turn: MutexGuard<'q, ()>,
}

impl<T> Queue<T> {
    pub(super) fn new() -> Self {
        let state = State { waiting: VecDeque::new(), is_closed: false };
        Self { state: Mutex::new(state), arrived: Condvar::new(), turn: Mutex::new(()) }
    }

    pub(super) fn len(&self) -> usize {
        self.state().waiting.len()
    }

    /// Takes it in, or gives it back where the queue is closed.
    pub(super) fn push(&self, item: T, bytes: usize) -> Result<(), T> {
        let mut state = self.state();
        if state.is_closed {
            return Err(item);
        }
        state.waiting.push_back((item, bytes));
        drop(state);
        self.arrived.notify_one();
        Ok(())
    }

    /// Waits for its turn, and takes what waits then: up to so many, and no more once they have so many bytes.
    pub(super) fn turn(&self, most: usize, bytes: usize) -> Turn<'_, T> {
        let turn = self.turn.lock().unwrap_or_else(PoisonError::into_inner);
        let mut state = self.state();
        let mut group = Vec::with_capacity(state.waiting.len().min(most));
        let mut size = 0;
        while group.len() < most && size < bytes {
            let Some((item, bytes)) = state.waiting.pop_front() else { break };
            size += bytes;
            group.push(item);
        }
        drop(state);
        Turn { group, turn }
    }

    /// Waits until something waits. `false` where nothing does and nothing will: the queue is closed.
    pub(super) fn wait(&self) -> bool {
        let mut state = self.state();
        while state.waiting.is_empty() {
            if state.is_closed {
                return false;
            }
            state = self.arrived.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
        true
    }

    pub(super) fn close(&self) {
        self.state().is_closed = true;
        self.arrived.notify_all();
    }

    fn state(&self) -> MutexGuard<'_, State<T>> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
