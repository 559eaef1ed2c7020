use core::cell::UnsafeCell;
use core::fmt;
use core::future::Future;
use core::pin::Pin;
use core::task::{self, Poll, Waker};

use crate::message::{Message, Outcome, Travels};
use crate::scope::{Frame, Limit};

enum State<Q: Message> {
    Shut,
    Admitted(Q, Limit),
    Done(Outcome<Q>),
}

/// Between the end of a chain, which admits the query, and the stream, which opens the rows and says
/// when they end.
pub(super) struct Gate<Q: Message> {
    state: UnsafeCell<State<Q>>,
    /// Who waits for the rows to end: a behavior may poll the rest of its chain by wakers alone.
    waker: UnsafeCell<Option<Waker>>,
}

// SAFETY: a gate has two users. One is its only ticket (neither `Clone` nor `Copy`) or the `Admit` that
// the ticket became; the chain owns it, and it touches the gate only while the chain is polled. The
// other is the stream, which touches the gate only between polls of the chain, never during one. The
// stream polls the chain through `&mut self`, so two threads never poll at once, and each access ends
// before the method that makes it returns: no two accesses overlap. What goes through is `Send`.
unsafe impl<Q: Message> Sync for Gate<Q> {}

impl<Q: Message> Gate<Q> {
    pub(super) const fn new() -> Self {
        Self { state: UnsafeCell::new(State::Shut), waker: UnsafeCell::new(None) }
    }

    fn replace(&self, state: State<Q>) -> State<Q> {
        // SAFETY: no other access overlaps (see `Sync`), and none outlives this call.
        unsafe { core::mem::replace(&mut *self.state.get(), state) }
    }

    /// The query, once it has come through, and the time limit that holds behind the gate.
    pub(super) fn admitted(&self) -> Option<(Q, Limit)> {
        match self.replace(State::Shut) {
            State::Admitted(query, limit) => Some((query, limit)),
            other => {
                self.replace(other);
                None
            }
        }
    }

    /// The rows have ended: lets the chain go on.
    pub(super) fn finish(&self, outcome: Outcome<Q>) {
        self.replace(State::Done(outcome));
        if let Some(waker) = self.wake_with(None) {
            waker.wake();
        }
    }

    /// Keeps a waker for the end of the rows, unless it is the one that is kept.
    fn keep(&self, waker: &Waker) {
        // SAFETY: as in `replace`; comparing two wakers runs nobody's code.
        let is_kept = unsafe { (*self.waker.get()).as_ref() }.is_some_and(|kept| kept.will_wake(waker));
        if !is_kept {
            let _replaced = self.wake_with(Some(waker.clone()));
        }
    }

    /// Keeps a waker, and gives the one that was kept.
    fn wake_with(&self, waker: Option<Waker>) -> Option<Waker> {
        // SAFETY: as in `replace`; what is dropped or woken is dropped and woken by the caller.
        unsafe { core::mem::replace(&mut *self.waker.get(), waker) }
    }
}

/// The input of a stream query's chain: the query, and its way through the gate.
///
/// It is not `Clone`, so a behavior that repeats does not fit around a stream.
pub struct Ticket<'a, Q: Message> {
    query: Q,
    gate: &'a Gate<Q>,
    frame: &'a Frame<'a>,
}

impl<'a, Q: Message> Ticket<'a, Q> {
    pub(super) fn new(query: Q, gate: &'a Gate<Q>, frame: &'a Frame<'a>) -> Self {
        Self { query, gate, frame }
    }

    /// Lets the query through, and waits until its last row has been taken.
    pub fn admit(self) -> Admit<'a, Q> {
        Admit { query: Some(self.query), gate: self.gate, frame: self.frame }
    }
}

/// Stream queries.
impl<Q: Message> Travels<Q> for Ticket<'_, Q> {
    #[inline]
    fn message(&self) -> &Q {
        &self.query
    }
}

impl<Q: Message + fmt::Debug> fmt::Debug for Ticket<'_, Q> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Ticket").field(&self.query).finish()
    }
}

/// What [`Ticket::admit`] returns.
#[must_use = "a future does nothing until it is awaited"]
pub struct Admit<'a, Q: Message> {
    query: Option<Q>,
    gate: &'a Gate<Q>,
    frame: &'a Frame<'a>,
}

impl<Q: Message + fmt::Debug> fmt::Debug for Admit<'_, Q> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Admit").field(&self.query).finish()
    }
}

// The query is moved out, never pinned.
impl<Q: Message> Unpin for Admit<'_, Q> {}

impl<Q: Message> Future for Admit<'_, Q> {
    type Output = Outcome<Q>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut task::Context<'_>) -> Poll<Outcome<Q>> {
        self.gate.keep(cx.waker());
        if let Some(query) = self.query.take() {
            // Inside of every timeout of the chain, so this is the limit of all of them.
            self.gate.replace(State::Admitted(query, self.frame.limit()));
            return Poll::Pending;
        }
        match self.gate.replace(State::Shut) {
            State::Done(outcome) => Poll::Ready(outcome),
            other => {
                self.gate.replace(other);
                Poll::Pending
            }
        }
    }
}
