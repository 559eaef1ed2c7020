use std::string::String;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::vec::Vec;

use super::Frame;

/// Which of the handlers of one delivered event have done their part: some have at attempts before. Handlers go by
/// their persisted names. Of a command, whether it was done before.
#[derive(Debug)]
pub(crate) struct Roll<'r> {
    /// Of whom it is recorded.
    recorded: &'r [String],
    /// The number of the store that keeps the record.
    store: u64,
    by: By<'r>,
    state: Mutex<State>,
}

/// Who delivers it, and so where it is recorded who has done its part.
#[derive(Clone, Copy, Debug)]
pub(crate) enum By<'r> {
    /// A relay, out of an outbox.
    Relay(Claimed<'r>),
    /// A consumer, through an inbox.
    Inbox(Entry<'r>),
}

/// What an inbox knows a message by, among which records, and a number over what it says.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Entry<'r> {
    pub(crate) records: &'static str,
    pub(crate) key: &'r [u8],
    pub(crate) fingerprint: u64,
}

/// What a relay has claimed of an outbox while it delivers the event: owner and fence are those of the claim.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Claimed<'r> {
    pub(crate) outbox: &'static str,
    pub(crate) key: &'r [u8],
    pub(crate) owner: u64,
    pub(crate) fence: u64,
}

#[derive(Debug, Default)]
struct State {
    /// Whoever hears the event here.
    names: Vec<&'static str>,
    /// Whoever runs, with where its frame is: it stays there until it has ended.
    running: Vec<(usize, &'static str)>,
    /// Whoever has done it now.
    done: Vec<&'static str>,
    /// Whether a handler has recorded it by itself.
    is_recorded: bool,
    /// Whether somebody is recorded who does not hear the event here.
    has_stranger: bool,
    /// Whether it is a command that was done before, with a reply that cannot be read here.
    was_done: bool,
}

impl<'r> Roll<'r> {
    pub(crate) fn new(recorded: &'r [String], store: u64, by: By<'r>) -> Self {
        Self { recorded, store, by, state: Mutex::default() }
    }

    /// Whose delivery it is.
    pub(crate) fn by(&self) -> By<'r> {
        self.by
    }

    /// Whether it is out of an outbox of this program: what is drained goes on where nothing is taken in.
    #[inline]
    pub(crate) fn is_relayed(&self) -> bool {
        matches!(self.by, By::Relay(_))
    }

    /// Whether it came through an inbox of the store of this number, in whose transactions it is recorded as done.
    pub(crate) fn is_admitted(&self, store: u64) -> bool {
        self.store == store && matches!(self.by, By::Inbox(_))
    }

    fn state(&self) -> MutexGuard<'_, State> {
        // Nothing that may panic runs under the lock.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Says who hears the event, before the first of them does; whether all who are recorded are among them.
    pub(crate) fn call(&self, names: impl FnOnce(&mut Vec<&'static str>)) -> bool {
        let mut state = self.state();
        names(&mut state.names);
        state.has_stranger = self.recorded.iter().any(|name| !state.names.iter().any(|known| known == name));
        !state.has_stranger
    }

    /// A handler begins, in this frame; `false` where it has done its part.
    pub(crate) fn enter(&self, name: &'static str, frame: &Frame<'_>) -> bool {
        let mut state = self.state();
        if !state.is_one(name) {
            return true;
        }
        let is_due = !self.recorded.iter().any(|done| done == name);
        if is_due {
            state.running.push((address(frame), name));
        }
        is_due
    }

    /// A handler has ended well.
    pub(crate) fn leave(&self, name: &'static str) {
        let mut state = self.state();
        if state.is_one(name) {
            state.done.push(name);
        }
    }

    /// Whoever runs in this frame, where the store of this number keeps the record: it records itself, with what it
    /// does.
    pub(crate) fn recording(&self, frame: &Frame<'_>, store: u64) -> Option<&'static str> {
        let mut state = self.state();
        let name = state.running.iter().find(|(at, _)| *at == address(frame)).map(|(_, name)| *name);
        let name = name.filter(|_| self.store == store);
        state.is_recorded |= name.is_some();
        name
    }

    /// Whoever has done it now.
    pub(crate) fn done(&self) -> Vec<&'static str> {
        self.state().done.clone()
    }

    /// Whether there may be a record.
    pub(crate) fn is_recorded(&self) -> bool {
        !self.recorded.is_empty() || self.state().is_recorded
    }

    /// It was done before, and its reply cannot be read here.
    pub(crate) fn unread(&self) {
        self.state().was_done = true;
    }

    /// Whether it was.
    pub(crate) fn was_done(&self) -> bool {
        self.state().was_done
    }

    /// Whether somebody is recorded who does not hear the event here.
    pub(crate) fn has_stranger(&self) -> bool {
        self.state().has_stranger
    }
}

impl State {
    /// Whether a name tells a handler from all others.
    fn is_one(&self, name: &str) -> bool {
        self.names.iter().filter(|known| **known == name).count() == 1
    }
}

fn address(frame: &Frame<'_>) -> usize {
    core::ptr::from_ref(frame).addr()
}
