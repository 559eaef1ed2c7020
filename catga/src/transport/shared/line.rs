use core::task::Waker;
use std::collections::VecDeque;

/// Those who wait for their turn, first come first served. It lives under its owner's lock, and its wakers
/// are woken and dropped outside of that.
#[derive(Debug, Default)]
pub(in crate::transport) struct Line {
    waiting: VecDeque<(u64, Waker)>,
    next: u64,
}

impl Line {
    /// Whether it is the turn of the one with this ticket, or of somebody without one.
    pub(in crate::transport) fn is_turn(&self, ticket: Option<u64>) -> bool {
        match (self.waiting.front(), ticket) {
            (None, _) => true,
            (Some((first, _)), Some(ticket)) => *first == ticket,
            (Some(_), None) => false,
        }
    }

    /// Waits, at the end of the line or at the place that the ticket is for. Hands back a waker to drop.
    pub(in crate::transport) fn wait(&mut self, ticket: &mut Option<u64>, waker: &Waker) -> Option<Waker> {
        if let Some(at) = ticket.and_then(|ticket| self.find(ticket)) {
            let (_, old) = &mut self.waiting[at];
            return (!old.will_wake(waker)).then(|| core::mem::replace(old, waker.clone()));
        }
        *ticket = Some(self.next);
        self.waiting.push_back((self.next, waker.clone()));
        self.next += 1;
        None
    }

    /// The one with this ticket waits no longer. Hands back a waker to drop.
    pub(in crate::transport) fn leave(&mut self, ticket: u64) -> Option<Waker> {
        let at = self.find(ticket)?;
        self.waiting.remove(at).map(|(_, waker)| waker)
    }

    /// The first in line, to be woken.
    pub(in crate::transport) fn first(&self) -> Option<Waker> {
        self.waiting.front().map(|(_, waker)| waker.clone())
    }

    /// Everybody, to be woken; they keep their places.
    pub(in crate::transport) fn all(&self) -> impl Iterator<Item = Waker> {
        self.waiting.iter().map(|(_, waker)| waker.clone())
    }

    /// Tickets are in order.
    fn find(&self, ticket: u64) -> Option<usize> {
        self.waiting.binary_search_by_key(&ticket, |(ticket, _)| *ticket).ok()
    }
}
