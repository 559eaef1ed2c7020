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

/// What the other side has to take within one `stall`.
const PIECE: usize = 256 * 1_024;

impl Out {
    fn lock(&self) -> MutexGuard<'_, State> {
        // Nothing that may panic runs under the lock.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Appends what `put` writes: one frame. Answers with where it begins; nothing where it is closed.
    pub(in crate::transport) fn put(&self, put: impl FnOnce(&mut BytesMut)) -> Option<u64> {
        Self::append(self.lock(), put)
    }

    /// The same, once less than so many bytes wait to be written.
    pub(in crate::transport) fn put_below(
        &self,
        bytes: usize,
        waker: &Waker,
        put: impl FnOnce(&mut BytesMut),
    ) -> Poll<Option<u64>> {
        let mut state = self.lock();
        if state.has_room(bytes) {
            return Poll::Ready(Self::append(state, put));
        }
        state.wait(waker);
        Poll::Pending
    }

    fn append(mut state: MutexGuard<'_, State>, put: impl FnOnce(&mut BytesMut)) -> Option<u64> {
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

    /// Whether it is open, and as much waits as this, or more.
    pub(in crate::transport) fn is_over(&self, bytes: usize) -> bool {
        !self.lock().has_room(bytes)
    }

    /// Waits until less than this waits to be written; answers whether it is open.
    pub(in crate::transport) fn poll_below(&self, bytes: usize, waker: &Waker) -> Poll<bool> {
        let mut state = self.lock();
        if state.has_room(bytes) {
            return Poll::Ready(!state.is_closed);
        }
        state.wait(waker);
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

    /// Writes what is put in until it is closed. Where the other side takes longer than `stall` for a [`PIECE`], or for
    /// what there is where that is less, it is an error: also where it takes a few bytes now and then.
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
            for piece in buffer.chunks(PIECE) {
                within(timer, stall, self.write_all(stream, piece)).await.ok_or(io::ErrorKind::TimedOut)??;
            }
            buffer.clear();
            if buffer.capacity() > KEPT {
                buffer = BytesMut::new();
            }
        }
    }

    async fn write_all<W: AsyncWrite + Unpin>(&self, stream: &mut W, mut rest: &[u8]) -> io::Result<()> {
        while !rest.is_empty() {
            let wrote = stream.write(rest).await?;
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
        Ok(())
    }
}

impl State {
    /// Whether less than this waits to be written, or it is closed.
    fn has_room(&self, bytes: usize) -> bool {
        self.is_closed || self.put - self.written < bytes.max(1) as u64
    }

    fn wait(&mut self, waker: &Waker) {
        if !self.waiting.iter().any(|waiting| waiting.will_wake(waker)) {
            self.waiting.push(waker.clone());
        }
    }
}
