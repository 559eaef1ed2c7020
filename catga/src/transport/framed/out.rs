use core::future::poll_fn;
use core::task::{Poll, Waker};
use core::time::Duration;
use std::io;
use std::sync::{Mutex, MutexGuard, PoisonError};

use bytes::BytesMut;
use tokio::io::{AsyncWrite, AsyncWriteExt as _};

use super::patience::within;
use crate::time::Timer;

/// The one buffer through which a connection is written: everybody appends whole frames, and its writer
/// takes all that is there at once.
#[derive(Debug, Default)]
pub(in crate::transport) struct Out {
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    buffer: BytesMut,
    /// How many frames are in the buffer.
    frames: usize,
    /// How many bytes were put in, all in all, and how many of them the system has taken.
    put: u64,
    written: u64,
    writer: Option<Waker>,
    /// Those who wait for the buffer to become smaller, or to be written.
    waiting: Vec<Waker>,
    is_closed: bool,
}

/// What is kept of a buffer's room once it is empty.
const KEPT: usize = 256 * 1_024;

impl Out {
    fn lock(&self) -> MutexGuard<'_, State> {
        // Nothing that may panic runs under the lock.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Appends what `put` writes: one frame. Answers with where it begins; nothing where it is closed.
    pub(in crate::transport) fn put(&self, put: impl FnOnce(&mut BytesMut)) -> Option<u64> {
        let mut state = self.lock();
        if state.is_closed {
            return None;
        }
        let (at, before) = (state.put, state.buffer.len());
        put(&mut state.buffer);
        state.put += (state.buffer.len() - before) as u64;
        state.frames += 1;
        let writer = state.writer.take();
        drop(state);
        if let Some(writer) = writer {
            writer.wake();
        }
        Some(at)
    }

    /// Whether any byte of the frame that begins there may have been written.
    pub(in crate::transport) fn is_written(&self, at: u64) -> bool {
        self.lock().written > at
    }

    /// Whether as much waits as this, or more.
    pub(in crate::transport) fn is_over(&self, bytes: usize) -> bool {
        let state = self.lock();
        state.put - state.written >= bytes as u64
    }

    /// Waits until less than this waits to be written; answers whether it is open.
    pub(in crate::transport) fn poll_below(&self, bytes: usize, waker: &Waker) -> Poll<bool> {
        let mut state = self.lock();
        if state.is_closed {
            return Poll::Ready(false);
        }
        if state.put - state.written < bytes.max(1) as u64 {
            return Poll::Ready(true);
        }
        if !state.waiting.iter().any(|waiting| waiting.will_wake(waker)) {
            state.waiting.push(waker.clone());
        }
        Poll::Pending
    }

    /// Takes nothing any more.
    pub(in crate::transport) fn close(&self) {
        let mut state = self.lock();
        state.is_closed = true;
        let (writer, waiting) = (state.writer.take(), core::mem::take(&mut state.waiting));
        drop(state);
        writer.into_iter().chain(waiting).for_each(Waker::wake);
    }

    /// Writes what is put in until it is closed. A write that gets nowhere for `stall` is an error.
    ///
    /// While more requests are `in_flight` than frames are buffered, the others are likely to come in this
    /// very turn: it lets them, once, so that they go out in one write.
    pub(in crate::transport) async fn write<W: AsyncWrite + Unpin, T: Timer>(
        &self,
        stream: &mut W,
        timer: &T,
        stall: Duration,
        in_flight: impl Fn() -> usize,
    ) -> io::Result<()> {
        let mut buffer = BytesMut::new();
        loop {
            let frames = poll_fn(|cx| {
                let mut state = self.lock();
                if state.frames > 0 {
                    return Poll::Ready(state.frames);
                }
                if state.is_closed {
                    return Poll::Ready(0);
                }
                let old = state.writer.replace(cx.waker().clone());
                drop(state);
                drop(old);
                Poll::Pending
            })
            .await;
            if frames == 0 {
                return Ok(());
            }
            if in_flight() > frames {
                tokio::task::yield_now().await;
            }
            {
                let mut state = self.lock();
                core::mem::swap(&mut state.buffer, &mut buffer);
                state.frames = 0;
            }
            let mut rest = &buffer[..];
            while !rest.is_empty() {
                let wrote = within(timer, stall, stream.write(rest)).await;
                let wrote = wrote.ok_or(io::ErrorKind::TimedOut)??;
                if wrote == 0 {
                    return Err(io::ErrorKind::WriteZero.into());
                }
                rest = rest.get(wrote..).unwrap_or_default();
                let mut state = self.lock();
                state.written += wrote as u64;
                let waiting = core::mem::take(&mut state.waiting);
                drop(state);
                waiting.into_iter().for_each(Waker::wake);
            }
            buffer.clear();
            if buffer.capacity() > KEPT {
                buffer = BytesMut::new();
            }
        }
    }
}
