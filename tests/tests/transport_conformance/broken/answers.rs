//! What its listener takes, and answers.

use std::future::pending;

use bytes::Bytes;
use catga::transport::memory::{MemoryIncoming, MemoryItemSender, MemoryResponder};
use catga::transport::{Answer, Endpoint, Incoming, ItemSender, Listens, Request, Responder, TransportError};

use super::fault::Fault::*;
use super::transport::Broken;
use crate::memory::SMALL;

impl Listens for Broken {
    type Incoming = BrokenIncoming;

    async fn listen(&self, endpoint: Endpoint<'_>) -> Result<BrokenIncoming, TransportError> {
        let name = self.mixed(endpoint, MixesRequests);
        let inner = self.inner.listen(Endpoint::new(&name)).await?;
        let is_first = {
            let mut state = self.state();
            state.listeners += 1;
            state.listeners == 1
        };
        Ok(BrokenIncoming { inner, of: self.clone(), is_first })
    }
}

pub(crate) struct BrokenIncoming {
    inner: MemoryIncoming,
    of: Broken,
    is_first: bool,
}

impl Incoming for BrokenIncoming {
    type Responder = BrokenResponder;
    type Sender = BrokenSender;

    async fn next(&mut self) -> Option<Request<BrokenResponder, BrokenSender>> {
        if !self.is_first && self.of.fault == SecondListenerIsDeaf {
            pending::<()>().await;
        }
        let request = self.inner.next().await?;
        let of = self.of.clone();
        let answer = match request.answer {
            Answer::One(inner) => Answer::One(BrokenResponder { inner: Some(inner), of }),
            Answer::Many(inner) => Answer::Many(BrokenSender { inner, of }),
        };
        Some(Request { bytes: request.bytes, answer })
    }
}

pub(crate) struct BrokenResponder {
    inner: Option<MemoryResponder>,
    of: Broken,
}

impl Responder for BrokenResponder {
    fn limit(&self) -> usize {
        self.inner.as_ref().map_or(usize::MAX, Responder::limit)
    }

    async fn cancelled(&mut self) {
        match &mut self.inner {
            Some(inner) if self.of.fault != NobodyIsCancelled => inner.cancelled().await,
            _ => pending().await,
        }
    }

    async fn answer(mut self, bytes: Bytes) -> Result<(), TransportError> {
        let Some(inner) = self.inner.take() else { return Ok(()) };
        match self.of.fault {
            LosesAnswers => {
                self.of.state().crossed.push((inner, bytes));
                Ok(())
            }
            CrossesAnswers => {
                let other = {
                    let mut state = self.of.state();
                    state.published += 1;
                    match state.crossed.pop() {
                        None if state.published % 2 == 1 && bytes.len() == 8 && bytes[7] == 3 => {
                            state.crossed.push((inner, bytes));
                            return Ok(());
                        }
                        other => other,
                    }
                };
                let Some((responder, others)) = other else { return inner.answer(bytes).await };
                responder.answer(bytes).await?;
                inner.answer(others).await
            }
            _ => inner.answer(bytes).await,
        }
    }

    fn refuse(mut self) {
        if let Some(inner) = self.inner.take() {
            inner.refuse();
        }
    }
}

impl Drop for BrokenResponder {
    fn drop(&mut self) {
        if self.of.fault == ForgetsTheUnanswered {
            std::mem::forget(self.inner.take());
        }
    }
}

pub(crate) struct BrokenSender {
    inner: MemoryItemSender,
    of: Broken,
}

impl ItemSender for BrokenSender {
    fn limit(&self) -> usize {
        self.inner.limit()
    }

    async fn cancelled(&mut self) {
        if self.of.fault == NobodyIsCancelled {
            pending::<()>().await;
        }
        self.inner.cancelled().await;
    }

    async fn send(&mut self, bytes: Bytes) -> Result<(), TransportError> {
        if self.of.fault == OneBufferForAll {
            if self.of.state().unread >= SMALL.items {
                pending::<()>().await;
            }
            self.of.state().unread += 1;
        }
        self.inner.send(bytes).await
    }

    async fn finish(self) -> Result<(), TransportError> {
        self.inner.finish().await
    }

    fn refuse(self) {
        self.inner.refuse();
    }
}
