use core::task::Waker;
use std::sync::Arc;

use bytes::Bytes;

use super::deliveries::Arrived;
use crate::transport::TransportError;
use crate::transport::framed::frame::Frame;
use crate::transport::framed::hello::Hello;
use crate::transport::framed::out::Out;
use crate::transport::shared::key::Key;
use crate::transport::shared::line::Line;
use crate::transport::shared::pipe::Pipe;
use crate::transport::shared::slab::Slab;

/// What is behind the lock of [`Slots`](super::slots::Slots): a slot for each that was asked, and the connection.
#[derive(Debug)]
pub(super) struct State {
    pub(super) phase: Phase,
    /// No more is asked, but for what settles what is there.
    pub(super) is_closing: bool,
    /// To be filled and emptied with [`insert`](State::insert) and [`remove`](State::remove).
    pub(super) slots: Slab<Slot>,
    /// How many of the slots are those of subscriptions, which have no end of their own.
    pub(super) subscriptions: usize,
    /// How many are of those who settle, and wait for no room.
    pub(super) settling: usize,
    pub(super) line: Line,
    /// Those who wait for all of it to be answered.
    pub(super) closers: Vec<Waker>,
}

#[derive(Debug)]
pub(super) enum Phase {
    /// An attempt is being made, or is made next, after a connection was lost: who asks waits for it.
    Connecting,
    Connected(Arc<Out>, Hello),
    /// The server finishes what it has, and takes nothing new.
    GoingAway(Arc<Out>),
    /// The last attempt failed, and the next is not made yet.
    Down(TransportError),
    Closed,
}

#[derive(Debug)]
pub(super) struct Slot {
    /// Where its frame begins in the connection's bytes.
    pub(super) at: u64,
    /// Whether it settles what is there.
    pub(super) settles: bool,
    pub(super) asked: Asked,
}

/// What a slot is used for.
#[derive(Debug)]
pub(super) enum Asked {
    Waiting(Option<Waker>),
    Answered(Result<Bytes, TransportError>),
    Items(Arc<Pipe<Bytes>>),
    Deliveries(Arc<Pipe<Arrived>>),
}

impl State {
    /// How many of those are in flight that there may be so many of.
    pub(super) fn asked(&self) -> usize {
        self.slots.used() - self.subscriptions - self.settling
    }

    pub(super) fn insert(&mut self, settles: bool, asked: Asked) -> Key {
        self.subscriptions += usize::from(matches!(asked, Asked::Deliveries(_)));
        self.settling += usize::from(settles);
        self.slots.insert(Slot { at: u64::MAX, settles, asked })
    }

    pub(super) fn remove(&mut self, key: Key) -> Option<Slot> {
        let slot = self.slots.remove(key)?;
        self.subscriptions -= usize::from(matches!(slot.asked, Asked::Deliveries(_)));
        self.settling -= usize::from(slot.settles);
        Some(slot)
    }

    /// How much is asked and not answered.
    pub(super) fn pending(&self) -> usize {
        self.slots.values().filter(|slot| matches!(slot.asked, Asked::Waiting(_) | Asked::Items(_))).count()
    }

    /// Who may go on after a slot was given back.
    pub(super) fn next(&mut self) -> Vec<Waker> {
        let mut woken: Vec<Waker> = self.line.first().into_iter().collect();
        woken.append(&mut self.closers);
        woken
    }

    /// Ends a request. Answers with those to be woken.
    pub(super) fn end(&mut self, key: Key, end: Result<(), TransportError>) -> Vec<Waker> {
        let Some(slot) = self.slots.get(key) else { return Vec::new() };
        let mut woken = Vec::new();
        match &mut slot.asked {
            Asked::Waiting(caller) => {
                woken.extend(caller.take());
                slot.asked = Asked::Answered(Err(end.err().unwrap_or(TransportError::Incompatible)));
            }
            Asked::Items(pipe) => {
                woken.extend(pipe.end(end));
                let _pipe = self.remove(key);
            }
            Asked::Deliveries(pipe) => {
                woken.extend(pipe.end(end));
                let _pipe = self.remove(key);
            }
            Asked::Answered(_) => {}
        }
        woken.extend(self.next());
        woken
    }

    pub(super) fn put(&mut self, frame: &Frame) {
        if let Phase::Connected(out, _) | Phase::GoingAway(out) = &self.phase {
            let _lost = out.put(|out| frame.put(out));
        }
    }
}
