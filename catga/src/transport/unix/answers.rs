use core::fmt;
use core::future::{Future, poll_fn};
use std::sync::Arc;

use bytes::Bytes;

use super::served::Peer;
use crate::transport::shared::key::Key;
use crate::transport::shared::size::check;
use crate::transport::{ItemSender, Responder, TransportError};

/// A request that somebody is to answer.
pub(super) struct Duty {
    pub(super) peer: Arc<Peer>,
    pub(super) key: Key,
    /// The most bytes of an answer or item.
    pub(super) limit: usize,
    /// The most bytes that may wait to be written before items wait too.
    pub(super) buffer: usize,
    pub(super) is_over: bool,
}

impl Duty {
    fn fail(&mut self, error: TransportError) {
        self.is_over = true;
        let _gone = self.peer.fail(self.key, error);
    }
}

impl Drop for Duty {
    fn drop(&mut self) {
        if !self.is_over {
            self.fail(TransportError::Unanswered);
        }
    }
}

/// Answers one request with one piece.
pub struct UnixResponder {
    pub(super) duty: Duty,
}

impl Responder for UnixResponder {
    fn limit(&self) -> usize {
        self.duty.limit
    }

    fn cancelled(&mut self) -> impl Future<Output = ()> + Send {
        poll_fn(|cx| self.duty.peer.gone(self.duty.key, cx.waker()))
    }

    async fn answer(mut self, bytes: Bytes) -> Result<(), TransportError> {
        check(bytes.len(), self.duty.limit)?;
        self.duty.is_over = true;
        self.duty.peer.answer(self.duty.key, &bytes)
    }

    fn refuse(mut self) {
        self.duty.fail(TransportError::Refused);
    }
}

/// Answers one request with items.
pub struct UnixItemSender {
    pub(super) duty: Duty,
}

impl ItemSender for UnixItemSender {
    fn limit(&self) -> usize {
        self.duty.limit
    }

    fn cancelled(&mut self) -> impl Future<Output = ()> + Send {
        poll_fn(|cx| self.duty.peer.gone(self.duty.key, cx.waker()))
    }

    async fn send(&mut self, bytes: Bytes) -> Result<(), TransportError> {
        check(bytes.len(), self.duty.limit)?;
        let mut bytes = bytes;
        poll_fn(|cx| self.duty.peer.send(self.duty.key, &mut bytes, self.duty.buffer, cx.waker())).await
    }

    async fn finish(mut self) -> Result<(), TransportError> {
        self.duty.is_over = true;
        self.duty.peer.end(self.duty.key)
    }

    fn refuse(mut self) {
        self.duty.fail(TransportError::Refused);
    }
}

impl fmt::Debug for UnixResponder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("UnixResponder").field("key", &self.duty.key).finish_non_exhaustive()
    }
}

impl fmt::Debug for UnixItemSender {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("UnixItemSender").field("key", &self.duty.key).finish_non_exhaustive()
    }
}
