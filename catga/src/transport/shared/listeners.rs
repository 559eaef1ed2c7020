use core::task::Waker;
use std::collections::VecDeque;

/// The requests of one endpoint that nobody has taken yet, and those who listen there. It lives under its owner's
/// lock; what it hands back is woken and dropped outside of that.
#[derive(Debug)]
pub(in crate::transport) struct Listeners<R> {
    requests: VecDeque<R>,
    /// Those who wait for a request.
    waiting: VecDeque<(u64, Waker)>,
    listening: usize,
    next: u64,
}

impl<R> Listeners<R> {
    /// Whether nobody listens.
    #[inline]
    pub(in crate::transport) fn is_empty(&self) -> bool {
        self.listening == 0
    }

    /// One more listens; the number is its own.
    pub(in crate::transport) fn join(&mut self) -> u64 {
        self.listening += 1;
        self.next += 1;
        self.next
    }

    /// One listens no longer: all who wait are to be woken, and with the last one, what waits is refused.
    pub(in crate::transport) fn leave(&mut self, listener: u64) -> (VecDeque<R>, Vec<Waker>) {
        self.listening -= 1;
        let woken = self.waiting.iter().map(|(_, waker)| waker.clone()).collect();
        self.waiting.retain(|(waiter, _)| *waiter != listener);
        (if self.is_empty() { self.clear() } else { VecDeque::new() }, woken)
    }

    /// One more request, and who is to be woken for it.
    #[inline]
    pub(in crate::transport) fn push(&mut self, request: R) -> Option<Waker> {
        self.requests.push_back(request);
        self.waiting.pop_front().map(|(_, waker)| waker)
    }

    /// The next request, of those that `may` be taken now.
    #[inline]
    pub(in crate::transport) fn pop(&mut self, may: impl FnMut(&R) -> bool) -> Option<R> {
        let at = self.requests.iter().position(may)?;
        self.requests.remove(at)
    }

    /// A listener has a request, and waits no longer: a wake-up for the next one would be lost with it. Hands back its
    /// waker, and, where more is left, that of another who waits and may not have been woken for it.
    #[inline]
    pub(in crate::transport) fn taken(&mut self, listener: u64) -> (Option<Waker>, Option<Waker>) {
        if self.waiting.is_empty() {
            return (None, None);
        }
        let own = self.take_out(listener);
        let next = if self.requests.is_empty() { None } else { self.waiting.pop_front() };
        (own, next.map(|(_, waker)| waker))
    }

    /// What nobody has taken.
    #[allow(dead_code, reason = "a server over a wire needs it")]
    pub(in crate::transport) fn requests(&self) -> impl Iterator<Item = &R> {
        self.requests.iter()
    }

    /// Takes a request out that nobody wants any more.
    pub(in crate::transport) fn remove(&mut self, is_it: impl FnMut(&R) -> bool) -> Option<R> {
        let at = self.requests.iter().position(is_it)?;
        self.requests.remove(at)
    }

    /// Takes all requests out.
    pub(in crate::transport) fn clear(&mut self) -> VecDeque<R> {
        core::mem::take(&mut self.requests)
    }

    /// A listener waits. Hands back a waker to drop.
    #[inline]
    pub(in crate::transport) fn wait(&mut self, listener: u64, waker: &Waker) -> Option<Waker> {
        match self.waiting.iter_mut().find(|(waiter, _)| *waiter == listener) {
            Some((_, waiting)) if waiting.will_wake(waker) => None,
            Some((_, waiting)) => Some(core::mem::replace(waiting, waker.clone())),
            None => {
                self.waiting.push_back((listener, waker.clone()));
                None
            }
        }
    }

    /// A listener waits no longer. Hands back its waker, and, where something is left that it may have been woken for,
    /// the next one's to be woken.
    pub(in crate::transport) fn stop_waiting(&mut self, listener: u64) -> (Option<Waker>, Option<Waker>) {
        let own = self.take_out(listener);
        let next = if self.requests.is_empty() { None } else { self.waiting.pop_front() };
        (own, next.map(|(_, waker)| waker))
    }

    fn take_out(&mut self, listener: u64) -> Option<Waker> {
        let at = self.waiting.iter().position(|(waiter, _)| *waiter == listener)?;
        self.waiting.remove(at).map(|(_, waker)| waker)
    }

    /// Nothing comes any more: all who wait, to be woken.
    pub(in crate::transport) fn end(&mut self) -> impl Iterator<Item = Waker> + use<R> {
        core::mem::take(&mut self.waiting).into_iter().map(|(_, waker)| waker)
    }
}

impl<R> Default for Listeners<R> {
    fn default() -> Self {
        Self { requests: VecDeque::new(), waiting: VecDeque::new(), listening: 0, next: 0 }
    }
}
