use core::task::{Poll, Waker};
use std::collections::VecDeque;
use std::sync::PoisonError;

use super::{Mutex, MutexGuard, TransportError};

/// The way of one answer's items: so many, then the sender waits until one is read.
#[derive(Debug)]
pub(in crate::transport) struct Pipe<I> {
    state: Mutex<State<I>>,
    capacity: usize,
}

#[derive(Debug)]
struct State<I> {
    items: VecDeque<I>,
    end: Option<Result<(), TransportError>>,
    /// The reader has gone, or has been told of the end.
    is_over: bool,
    reader: Option<Waker>,
    writer: Option<Waker>,
}

impl<I> Pipe<I> {
    pub(in crate::transport) fn new(capacity: usize) -> Self {
        let state = State { items: VecDeque::new(), end: None, is_over: false, reader: None, writer: None };
        Self { state: Mutex::new(state), capacity: capacity.max(1) }
    }

    fn lock(&self) -> MutexGuard<'_, State<I>> {
        // Nothing that may panic runs under the lock.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Writes an item, once there is room.
    pub(in crate::transport) fn send(&self, item: &mut Option<I>, waker: &Waker) -> Poll<Result<(), TransportError>> {
        let mut state = self.lock();
        if state.is_over || state.end.is_some() {
            return Poll::Ready(Err(TransportError::Cancelled));
        }
        if state.items.len() >= self.capacity {
            let old = state.writer.replace(waker.clone());
            drop(state);
            drop(old);
            return Poll::Pending;
        }
        state.items.extend(item.take());
        let reader = state.reader.take();
        drop(state);
        if let Some(reader) = reader {
            reader.wake();
        }
        Poll::Ready(Ok(()))
    }

    /// Nothing comes any more; an end that was there before stays. Answers with those to be woken.
    pub(in crate::transport) fn end(&self, end: Result<(), TransportError>) -> Vec<Waker> {
        let mut state = self.lock();
        if state.end.is_none() {
            state.end = Some(end);
        }
        state.reader.take().into_iter().chain(state.writer.take()).collect()
    }

    /// Whether somebody may still read.
    pub(in crate::transport) fn is_read(&self) -> bool {
        !self.lock().is_over
    }

    /// The next item; after the last one the error, if there is one, and then nothing.
    pub(in crate::transport) fn next(&self, waker: &Waker) -> Poll<Option<Result<I, TransportError>>> {
        let mut state = self.lock();
        if state.is_over {
            return Poll::Ready(None);
        }
        let (answer, woken) = if let Some(item) = state.items.pop_front() {
            (Poll::Ready(Some(Ok(item))), state.writer.take())
        } else if let Some(end) = state.end {
            state.is_over = true;
            (Poll::Ready(end.err().map(Err)), None)
        } else {
            let old = state.reader.replace(waker.clone());
            drop(state);
            drop(old);
            return Poll::Pending;
        };
        drop(state);
        if let Some(woken) = woken {
            woken.wake();
        }
        answer
    }

    /// The reader goes. Hands back what it has not read.
    pub(in crate::transport) fn leave(&self) -> VecDeque<I> {
        let mut state = self.lock();
        state.is_over = true;
        let items = core::mem::take(&mut state.items);
        let (reader, writer) = (state.reader.take(), state.writer.take());
        drop(state);
        drop(reader);
        if let Some(writer) = writer {
            writer.wake();
        }
        items
    }

    /// Whether the reader has gone, or the way is cut.
    pub(in crate::transport) fn gone(&self, waker: &Waker) -> Poll<()> {
        let mut state = self.lock();
        if state.is_over || state.end.is_some() {
            return Poll::Ready(());
        }
        let old = state.writer.replace(waker.clone());
        drop(state);
        drop(old);
        Poll::Pending
    }
}
