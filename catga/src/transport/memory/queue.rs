use core::task::{Poll, Waker};
use core::time::Duration;
use std::sync::PoisonError;

use super::group::{Group, Try};
use super::line::Line;
use super::{Instant, Mutex, MutexGuard, Parcel, TransportError};

/// Where what is published at one endpoint waits for its groups.
///
/// Wakers are woken and dropped outside of the lock.
#[derive(Debug)]
pub(super) struct Queue {
    state: Mutex<State>,
    limit: usize,
    ack_deadline: Duration,
}

#[derive(Debug, Default)]
struct State {
    groups: Vec<Member>,
    next_subscriber: u64,
    /// Publishers who wait for room.
    line: Line,
    is_closed: bool,
}

/// A group and its subscribers.
#[derive(Debug)]
struct Member {
    name: Box<str>,
    group: Group,
    subscribers: usize,
    /// Whether it gets what is published.
    is_there: bool,
    /// Subscribers who wait: any change wakes all of them, so that each sees when to look again.
    waiting: Vec<(u64, Waker)>,
}

/// A subscriber's place.
#[derive(Clone, Copy, Debug)]
pub(super) struct Place {
    group: usize,
    subscriber: u64,
}

/// What a subscriber finds.
pub(super) enum Found {
    Taken(Try, Parcel),
    /// Nothing yet; something is due then.
    Wait(Option<Instant>),
    /// There will be nothing.
    Over,
}

impl Queue {
    pub(super) fn new(limit: usize, ack_deadline: Duration) -> Self {
        Self { state: Mutex::new(State::default()), limit: limit.max(1), ack_deadline }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        // Nothing that may panic runs under the lock.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) const fn ack_deadline(&self) -> Duration {
        self.ack_deadline
    }

    /// Puts a parcel into every group's queue, once there is room in all of them.
    pub(super) fn publish(
        &self,
        ticket: &mut Option<u64>,
        parcel: &Parcel,
        waker: &Waker,
    ) -> Poll<Result<(), TransportError>> {
        let mut state = self.lock();
        if state.is_closed {
            return Poll::Ready(Err(TransportError::Closed));
        }
        if !state.groups.iter().any(|member| member.is_there) {
            return Poll::Ready(Err(TransportError::NobodyListens));
        }
        if !state.has_room(self.limit) || !state.line.is_turn(*ticket) {
            let old = state.line.wait(ticket, waker);
            drop(state);
            drop(old);
            return Poll::Pending;
        }
        let old = ticket.take().and_then(|ticket| state.line.leave(ticket));
        let mut woken = Vec::new();
        for member in state.groups.iter_mut().filter(|member| member.is_there) {
            member.group.push(parcel.clone());
            woken.append(&mut member.waiting);
        }
        let next = state.next_publisher(self.limit);
        drop(state);
        drop(old);
        wake(woken);
        next.into_iter().for_each(Waker::wake);
        Poll::Ready(Ok(()))
    }

    /// A publisher waits no longer.
    pub(super) fn leave_line(&self, ticket: u64) {
        let mut state = self.lock();
        let old = state.line.leave(ticket);
        let next = state.next_publisher(self.limit);
        drop(state);
        drop(old);
        next.into_iter().for_each(Waker::wake);
    }

    /// One more subscribes, to a group that is there or is made.
    pub(super) fn subscribe(&self, group: &str) -> Result<Place, TransportError> {
        let mut state = self.lock();
        if state.is_closed {
            return Err(TransportError::Closed);
        }
        let at = state.groups.iter().position(|member| &*member.name == group).unwrap_or_else(|| {
            let name = group.into();
            let group = Group::default();
            state.groups.push(Member { name, group, subscribers: 0, is_there: true, waiting: Vec::new() });
            state.groups.len() - 1
        });
        state.groups[at].subscribers += 1;
        state.groups[at].is_there = true;
        state.next_subscriber += 1;
        Ok(Place { group: at, subscriber: state.next_subscriber })
    }

    /// A subscriber leaves its group.
    pub(super) fn leave(&self, place: Place) {
        let mut state = self.lock();
        let member = &mut state.groups[place.group];
        member.subscribers -= 1;
        let old = take_out(&mut member.waiting, place.subscriber);
        drop(state);
        drop(old);
    }

    /// Ends a group that has no subscriber; what it had not got yet is dropped. `None` where it has some.
    pub(super) fn forget(&self, group: &str) -> Option<usize> {
        let mut state = self.lock();
        let Some(member) = state.groups.iter_mut().find(|member| &*member.name == group) else { return Some(0) };
        if member.subscribers > 0 {
            return None;
        }
        member.is_there = false;
        let dropped = member.group.clear();
        let next = state.next_publisher(self.limit);
        drop(state);
        next.into_iter().for_each(Waker::wake);
        Some(dropped)
    }

    /// The next parcel for this subscriber.
    pub(super) fn take(&self, place: Place, now: Instant, waker: &Waker) -> Found {
        let mut state = self.lock();
        let is_closed = state.is_closed;
        let member = &mut state.groups[place.group];
        let before = member.group.next_due();
        if let Some((of, parcel)) = member.group.take(now, self.ack_deadline) {
            let old = take_out(&mut member.waiting, place.subscriber);
            // Somebody has to look again when this one's deadline has passed.
            let woken =
                if member.group.next_due() == before { Vec::new() } else { core::mem::take(&mut member.waiting) };
            drop(state);
            drop(old);
            wake(woken);
            return Found::Taken(of, parcel);
        }
        if is_closed && member.group.len() == 0 {
            return Found::Over;
        }
        let due = member.group.next_due();
        let old = take_out(&mut member.waiting, place.subscriber);
        member.waiting.push((place.subscriber, waker.clone()));
        drop(state);
        drop(old);
        Found::Wait(due)
    }

    /// A subscriber waits no longer. All were woken, so nobody has to be.
    pub(super) fn stop_waiting(&self, place: Place) {
        let old = take_out(&mut self.lock().groups[place.group].waiting, place.subscriber);
        drop(old);
    }

    pub(super) fn ack(&self, place: Place, of: Try, now: Instant) -> Result<(), TransportError> {
        self.change(place, |group| group.ack(of, now))
    }

    pub(super) fn give_back(&self, place: Place, of: Try, now: Instant) -> Result<(), TransportError> {
        self.change(place, |group| group.give_back(of, now))
    }

    pub(super) fn refuse(&self, place: Place, of: Try, now: Instant, after: Duration) -> Result<(), TransportError> {
        self.change(place, |group| group.refuse(of, now, after))
    }

    pub(super) fn extend(&self, place: Place, of: Try, now: Instant) -> Result<(), TransportError> {
        self.change(place, |group| group.extend(of, now, self.ack_deadline))
    }

    fn change(
        &self,
        place: Place,
        change: impl FnOnce(&mut Group) -> Result<(), TransportError>,
    ) -> Result<(), TransportError> {
        let mut state = self.lock();
        let member = &mut state.groups[place.group];
        change(&mut member.group)?;
        let woken = core::mem::take(&mut member.waiting);
        let next = state.next_publisher(self.limit);
        drop(state);
        wake(woken);
        next.into_iter().for_each(Waker::wake);
        Ok(())
    }

    /// Takes nothing new.
    pub(super) fn close(&self) {
        let mut state = self.lock();
        state.is_closed = true;
        let publishers: Vec<Waker> = state.line.all().collect();
        let mut woken = Vec::new();
        for member in &mut state.groups {
            woken.append(&mut member.waiting);
        }
        drop(state);
        publishers.into_iter().for_each(Waker::wake);
        wake(woken);
    }

    /// Drops what is left, and says how much that was.
    pub(super) fn cut(&self) -> usize {
        let mut state = self.lock();
        state.is_closed = true;
        let (mut dropped, mut woken) = (0, Vec::new());
        for member in &mut state.groups {
            dropped += member.group.clear();
            woken.append(&mut member.waiting);
        }
        drop(state);
        wake(woken);
        dropped
    }

    /// How much is left, and whether somebody is there to take it.
    pub(super) fn left(&self) -> (usize, bool) {
        let state = self.lock();
        let left = state.groups.iter().map(|member| member.group.len()).sum();
        (left, state.groups.iter().any(|member| member.subscribers > 0 && member.group.len() > 0))
    }
}

impl State {
    fn has_room(&self, limit: usize) -> bool {
        self.groups.iter().all(|member| member.group.len() < limit)
    }

    fn next_publisher(&self, limit: usize) -> Option<Waker> {
        if self.has_room(limit) { self.line.first() } else { None }
    }
}

fn take_out(waiting: &mut Vec<(u64, Waker)>, subscriber: u64) -> Option<Waker> {
    let at = waiting.iter().position(|(waiter, _)| *waiter == subscriber)?;
    Some(waiting.swap_remove(at).1)
}

fn wake(woken: Vec<(u64, Waker)>) {
    woken.into_iter().for_each(|(_, waker)| waker.wake());
}
