use core::task::Waker;
use core::time::Duration;
use std::sync::PoisonError;

use super::group::{Group, Try};
use super::key::Key;
use super::line::Line;
use super::quota::{Quota, Share};
use super::slab::Slab;
use super::{Arc, Instant, Mutex, MutexGuard, Parcel, TransportError};

/// Where what is published at one endpoint waits for its groups.
///
/// Wakers are woken and dropped outside of the lock.
#[derive(Debug)]
pub(super) struct Queue {
    state: Mutex<State>,
    limit: usize,
    ack_deadline: Duration,
    retention: Duration,
}

#[derive(Debug, Default)]
struct State {
    groups: Slab<Member>,
    next_subscriber: u64,
    /// Publishers who wait for room.
    line: Line,
    is_closed: bool,
    /// It was taken out of where it is found, and gets no group any more.
    is_retired: bool,
}

/// A group and its subscribers.
#[derive(Debug)]
struct Member {
    name: Box<str>,
    group: Group,
    subscribers: usize,
    /// Since when it has none.
    left: Option<Instant>,
    /// Subscribers who wait: any change wakes all of them, so that each sees when to look again.
    waiting: Vec<(u64, Waker)>,
    _share: Option<Share>,
}

/// A subscriber's place.
#[derive(Clone, Copy, Debug)]
pub(super) struct Place {
    group: Key,
    subscriber: u64,
}

/// What one who looks finds.
pub(super) enum Found<F> {
    Is(F),
    /// Nothing yet; something is due then.
    Wait(Option<Instant>),
}

/// What a publisher finds.
pub(super) enum Put {
    Done(Result<(), TransportError>),
    /// No room; a group without subscribers ends then.
    Wait(Option<Instant>),
}

impl Queue {
    pub(super) fn new(limit: usize, ack_deadline: Duration, retention: Duration) -> Self {
        Self { state: Mutex::new(State::default()), limit: limit.max(1), ack_deadline, retention }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        // Nothing that may panic runs under the lock.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) const fn ack_deadline(&self) -> Duration {
        self.ack_deadline
    }

    /// Puts a parcel into every group's queue, once there is room in all of them. A full group that nobody has come
    /// back to in time ends here.
    pub(super) fn publish(&self, ticket: &mut Option<u64>, parcel: &Parcel, now: Instant, waker: &Waker) -> Put {
        let mut state = self.lock();
        if state.is_closed {
            return Put::Done(Err(TransportError::Closed));
        }
        let mut ended = Vec::new();
        if !state.has_room(self.limit) {
            ended = state.end(|member| member.group.len() >= self.limit && self.is_over(member, now));
        }
        if state.groups.used() == 0 {
            drop(state);
            return Put::Done(Err(TransportError::NobodyListens));
        }
        if !state.has_room(self.limit) || !state.line.is_turn(*ticket) {
            let old = state.line.wait(ticket, waker);
            // Who is first looks again for all of them.
            let due = if state.line.is_turn(*ticket) { self.next_end(&state) } else { None };
            drop(state);
            drop((old, ended));
            return Put::Wait(due);
        }
        let old = ticket.take().and_then(|ticket| state.line.leave(ticket));
        let mut woken = Vec::new();
        for member in state.groups.values_mut() {
            member.group.push(parcel.clone());
            woken.append(&mut member.waiting);
        }
        let next = state.next_publisher(self.limit);
        drop(state);
        drop((old, ended));
        wake(woken);
        next.into_iter().for_each(Waker::wake);
        Put::Done(Ok(()))
    }

    /// Whether a group has had no subscriber for so long that it may end.
    fn is_over(&self, member: &Member, now: Instant) -> bool {
        member.left.is_some_and(|left| left.later(self.retention) <= now)
    }

    /// When the next of the full groups without subscribers may end.
    fn next_end(&self, state: &State) -> Option<Instant> {
        let full = state.groups.values().filter(|member| member.group.len() >= self.limit);
        full.filter_map(|member| member.left).map(|left| left.later(self.retention)).min()
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

    /// One more subscribes, to a group that is there or is made; `None` where this queue gets no group any more.
    ///
    /// # Errors
    /// `Closed`, and `Refused` where the group is new and the quota has no place for it.
    pub(super) fn subscribe(&self, group: &str, quota: Option<&Arc<Quota>>) -> Result<Option<Place>, TransportError> {
        let mut state = self.lock();
        if state.is_closed {
            return Err(TransportError::Closed);
        }
        if state.is_retired {
            return Ok(None);
        }
        let there = state.groups.find_all(|member| &*member.name == group).next();
        let at = match there {
            Some(at) => at,
            None => {
                let share = match quota {
                    Some(quota) => Some(quota.take().ok_or(TransportError::Refused)?),
                    None => None,
                };
                let (name, group) = (group.into(), Group::default());
                let waiting = Vec::new();
                state.groups.insert(Member { name, group, subscribers: 0, left: None, waiting, _share: share })
            }
        };
        if let Some(member) = state.groups.get(at) {
            member.subscribers += 1;
            member.left = None;
        }
        state.next_subscriber += 1;
        Ok(Some(Place { group: at, subscriber: state.next_subscriber }))
    }

    /// A subscriber leaves its group.
    pub(super) fn leave(&self, place: Place, now: Instant) {
        let mut state = self.lock();
        let Some(member) = state.groups.get(place.group) else { return };
        member.subscribers -= 1;
        let old = take_out(&mut member.waiting, place.subscriber);
        if member.subscribers == 0 {
            member.left = Some(now);
        }
        let next = state.next_publisher(self.limit);
        drop(state);
        drop(old);
        next.into_iter().for_each(Waker::wake);
    }

    /// Ends a group that has no subscriber; what it had not got yet is dropped. `None` where it has some.
    pub(super) fn forget(&self, group: &str) -> Option<usize> {
        let mut state = self.lock();
        if state.groups.values().any(|member| &*member.name == group && member.subscribers > 0) {
            return None;
        }
        let ended = state.end(|member| &*member.name == group);
        let next = state.next_publisher(self.limit);
        drop(state);
        next.into_iter().for_each(Waker::wake);
        Some(ended.iter().map(|member| member.group.len()).sum())
    }

    /// Ends the groups that nobody has come back to in time.
    pub(super) fn sweep(&self, now: Instant) {
        let mut state = self.lock();
        let ended = state.end(|member| self.is_over(member, now));
        let next = state.next_publisher(self.limit);
        drop(state);
        drop(ended);
        next.into_iter().for_each(Waker::wake);
    }

    /// Where it has no group it gets none any more; whether that is so.
    pub(super) fn retire(&self) -> bool {
        let mut state = self.lock();
        state.is_retired |= state.groups.used() == 0;
        state.is_retired
    }

    /// The next parcel for this subscriber; `None` where there will be none.
    pub(super) fn take(&self, place: Place, now: Instant, waker: &Waker) -> Found<Option<(Try, Parcel)>> {
        let mut state = self.lock();
        let is_closed = state.is_closed;
        let Some(member) = state.groups.get(place.group) else { return Found::Is(None) };
        let before = member.group.next_due();
        if let Some(taken) = member.group.take(now, self.ack_deadline) {
            let old = take_out(&mut member.waiting, place.subscriber);
            // Somebody has to look again when this one's deadline has passed.
            let woken =
                if member.group.next_due() == before { Vec::new() } else { core::mem::take(&mut member.waiting) };
            drop(state);
            drop(old);
            wake(woken);
            return Found::Is(Some(taken));
        }
        if is_closed && member.group.len() == 0 {
            return Found::Is(None);
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
        let mut state = self.lock();
        let old = state.groups.get(place.group).and_then(|member| take_out(&mut member.waiting, place.subscriber));
        drop(state);
        drop(old);
    }

    pub(super) fn ack(&self, place: Place, of: Try, now: Instant) -> Result<(), TransportError> {
        self.change(place, |group| group.ack(of, now))
    }

    pub(super) fn give_back(&self, place: Place, of: Try, now: Instant, after: Duration) -> Result<(), TransportError> {
        self.change(place, |group| group.give_back(of, now, after))
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
        let Some(member) = state.groups.get(place.group) else { return Err(TransportError::Stale) };
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
        for member in state.groups.values_mut() {
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
        for member in state.groups.values_mut() {
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
        let left = state.groups.values().map(|member| member.group.len()).sum();
        (left, state.groups.values().any(|member| member.subscribers > 0 && member.group.len() > 0))
    }
}

impl State {
    fn has_room(&self, limit: usize) -> bool {
        self.groups.values().all(|member| member.group.len() < limit)
    }

    /// Ends these groups. What they had is to be dropped outside of the lock.
    fn end(&mut self, which: impl Fn(&Member) -> bool) -> Vec<Member> {
        let keys: Vec<Key> = self.groups.find_all(which).collect();
        keys.into_iter().filter_map(|key| self.groups.remove(key)).collect()
    }

    /// The first in line, where it may go on, or has to see when it may: of full groups, only those without
    /// subscribers are left.
    fn next_publisher(&self, limit: usize) -> Option<Waker> {
        let mut members = self.groups.values();
        if members.all(|member| member.group.len() < limit || member.left.is_some()) { self.line.first() } else { None }
    }
}

fn take_out(waiting: &mut Vec<(u64, Waker)>, subscriber: u64) -> Option<Waker> {
    let at = waiting.iter().position(|(waiter, _)| *waiter == subscriber)?;
    Some(waiting.swap_remove(at).1)
}

fn wake(woken: Vec<(u64, Waker)>) {
    woken.into_iter().for_each(|(_, waker)| waker.wake());
}
