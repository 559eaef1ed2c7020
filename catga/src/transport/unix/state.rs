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
    pub(super) slots: Slab<Slot>,
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
                let _pipe = self.slots.remove(key);
            }
            Asked::Deliveries(pipe) => {
                woken.extend(pipe.end(end));
                let _pipe = self.slots.remove(key);
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
