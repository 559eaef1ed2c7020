use core::task::Waker;
use std::sync::PoisonError;

use super::{Mutex, MutexGuard};

/// What may be changed while a consumer runs, and the runs that want to know.
///
/// Wakers are woken and dropped outside of the lock.
#[derive(Debug)]
pub(super) struct Control {
    state: Mutex<State>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Settings {
    pub(super) concurrency: usize,
    pub(super) is_paused: bool,
}

#[derive(Debug)]
struct State {
    settings: Settings,
    /// Those who are to be woken by the next change.
    watchers: Vec<(u64, Waker)>,
    next: u64,
}

impl Control {
    pub(super) fn new(concurrency: usize) -> Self {
        let settings = Settings { concurrency, is_paused: false };
        Self { state: Mutex::new(State { settings, watchers: Vec::new(), next: 0 }) }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        // Nothing that may panic runs under the lock.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn settings(&self) -> Settings {
        self.lock().settings
    }

    pub(super) fn set_concurrency(&self, concurrency: usize) {
        self.change(|settings| settings.concurrency = concurrency);
    }

    pub(super) fn set_paused(&self, is_paused: bool) {
        self.change(|settings| settings.is_paused = is_paused);
    }

    fn change(&self, change: impl FnOnce(&mut Settings)) {
        let mut state = self.lock();
        change(&mut state.settings);
        let woken = core::mem::take(&mut state.watchers);
        drop(state);
        woken.into_iter().for_each(|(_, waker)| waker.wake());
    }

    pub(super) fn watch(&self) -> Watch<'_> {
        let mut state = self.lock();
        state.next += 1;
        Watch { control: self, number: state.next }
    }
}

/// One who wants to know.
pub(super) struct Watch<'c> {
    control: &'c Control,
    number: u64,
}

impl Watch<'_> {
    /// The settings; the waker is woken when they change.
    pub(super) fn settings(&self, waker: &Waker) -> Settings {
        let mut state = self.control.lock();
        let settings = state.settings;
        let mut old = None;
        match state.watchers.iter_mut().find(|(number, _)| *number == self.number) {
            Some((_, watcher)) if watcher.will_wake(waker) => {}
            Some((_, watcher)) => old = Some(core::mem::replace(watcher, waker.clone())),
            None => state.watchers.push((self.number, waker.clone())),
        }
        drop(state);
        drop(old);
        settings
    }
}

impl Drop for Watch<'_> {
    fn drop(&mut self) {
        let mut state = self.control.lock();
        let at = state.watchers.iter().position(|(number, _)| *number == self.number);
        let old = at.map(|at| state.watchers.swap_remove(at));
        drop(state);
        drop(old);
    }
}
