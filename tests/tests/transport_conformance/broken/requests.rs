//! What its caller asks, and is answered.

use std::future::pending;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::Bytes;
use catga::testing::VirtualClock;
use catga::transport::memory::MemoryItems;
use catga::transport::{Endpoint, Requests, TransportError};
use futures_util::Stream;

use super::fault::Fault::*;
use super::transport::Broken;

impl Requests for Broken {
    type Items = BrokenItems;

    async fn request(
        &self,
        endpoint: Endpoint<'_>,
        bytes: Bytes,
        budget: Option<Duration>,
    ) -> Result<Bytes, TransportError> {
        let name = self.mixed(endpoint, MixesRequests);
        let endpoint = Endpoint::new(&name);
        let budget = if self.fault == IgnoresBudgets { None } else { budget };
        if self.fault == AsksTwice {
            let first = self.inner.request(endpoint, bytes.clone(), budget).await?;
            self.inner.request(endpoint, bytes, budget).await?;
            return Ok(first);
        }
        {
            let answer = self.inner.request(endpoint, bytes, budget).await;
            match answer {
                Err(TransportError::NobodyListens) if self.fault == WaitsForListeners => pending().await,
                Err(TransportError::Refused) if self.fault == RefusalIsUnknown => Err(TransportError::Lost),
                Ok(answer) if self.fault == CorruptsAnswers && answer.len() > 8 => {
                    let mut answer = answer.to_vec();
                    answer.truncate(8);
                    Ok(answer.into())
                }
                answer => answer,
            }
        }
    }

    async fn request_many(
        &self,
        endpoint: Endpoint<'_>,
        bytes: Bytes,
        budget: Option<Duration>,
    ) -> Result<BrokenItems, TransportError> {
        let budget = if self.fault == IgnoresBudgets { None } else { budget };
        let inner = self.inner.request_many(endpoint, bytes, budget).await?;
        Ok(BrokenItems { inner: Some(inner), of: self.clone(), read: 0, next: None })
    }
}

pub(crate) struct BrokenItems {
    inner: Option<MemoryItems<VirtualClock>>,
    of: Broken,
    read: u64,
    next: Option<Result<Bytes, TransportError>>,
}

impl Stream for BrokenItems {
    type Item = Result<Bytes, TransportError>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        if let Some(next) = self.next.take() {
            return Poll::Ready(Some(next));
        }
        let Some(inner) = &mut self.inner else { return Poll::Ready(None) };
        let Poll::Ready(item) = Pin::new(inner).poll_next(cx) else { return Poll::Pending };
        self.read += 1;
        if matches!(item, Some(Ok(_))) {
            let mut state = self.of.state();
            state.unread = state.unread.saturating_sub(1);
        }
        match (self.of.fault, item) {
            (DropsAnItem, Some(Ok(_))) if self.read == 7 => self.poll_next(cx),
            (DuplicatesAnItem, Some(Ok(item))) if self.read == 7 => {
                self.next = Some(Ok(item.clone()));
                Poll::Ready(Some(Ok(item)))
            }
            (SwapsItems, Some(Ok(item))) if self.read == 7 => {
                let inner = self.inner.as_mut().unwrap();
                match Pin::new(inner).poll_next(cx) {
                    Poll::Ready(Some(after)) => {
                        self.next = Some(Ok(item));
                        Poll::Ready(Some(after))
                    }
                    _ => Poll::Ready(Some(Ok(item))),
                }
            }
            (EndsAsIfFinished, Some(Err(_))) => Poll::Ready(None),
            (_, item) => Poll::Ready(item),
        }
    }
}

impl Drop for BrokenItems {
    fn drop(&mut self) {
        if self.of.fault == NobodyIsStopped {
            std::mem::forget(self.inner.take());
        }
    }
}
