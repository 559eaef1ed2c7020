//! What it publishes, and delivers.

use std::future::poll_fn;
use std::pin::pin;
use std::task::{Context, Poll};
use std::time::Duration;

use catga::testing::VirtualClock;
use catga::transport::memory::{MemoryDelivery, MemorySubscription};
use catga::transport::{Delivers, Delivery, Endpoint, Parcel, Subscription, TransportError};

use super::fault::Fault::*;
use super::transport::Broken;
use crate::memory::SMALL;

impl Delivers for Broken {
    type Subscription = BrokenSubscription;

    async fn publish(&self, endpoint: Endpoint<'_>, parcel: Parcel) -> Result<(), TransportError> {
        let name = self.mixed(endpoint, MixesEndpoints);
        let endpoint = Endpoint::new(&name);
        let (number, mut parcel) = {
            let mut state = self.state();
            state.published += 1;
            state.keys.insert(parcel.id, parcel.key);
            (state.published, parcel)
        };
        match self.fault {
            DropsEveryTenth if number % 10 == 0 => return Ok(()),
            DuplicatesEveryTenth if number % 10 == 0 => self.inner.publish(endpoint, parcel.clone()).await?,
            SwapsNeighbours => {
                let before = {
                    let mut state = self.state();
                    match state.held.take() {
                        None if parcel.key.is_some() && parcel.id % 32 == 0 => {
                            state.held = Some((name.clone(), parcel));
                            return Ok(());
                        }
                        before => before,
                    }
                };
                // The held one goes behind the next of its key.
                match before {
                    Some((_, held)) if held.key != parcel.key => {
                        self.state().held = Some((name.clone(), held));
                    }
                    Some((at, held)) => {
                        self.inner.publish(endpoint, parcel).await?;
                        return self.inner.publish(Endpoint::new(&at), held).await;
                    }
                    None => {}
                }
            }
            CorruptsBytes if parcel.bytes.len() > 4 && number % 3 == 0 => {
                let mut bytes = parcel.bytes.to_vec();
                bytes[4] ^= 1;
                parcel.bytes = bytes.into();
            }
            LosesIds => parcel.id = number,
            LosesKeys | IgnoresKeys | MembersHoldBack => parcel.key = None,
            OneKeyForAll => parcel.key = Some(1),
            DropsEmptyBodies if parcel.bytes.is_empty() => return Ok(()),
            DropsTheOversize if parcel.bytes.len() > SMALL.bytes => return Ok(()),
            DropsWhenFull => {
                let mut publishing = pin!(self.inner.publish(endpoint, parcel));
                let polled = poll_fn(|cx| Poll::Ready(publishing.as_mut().poll(cx))).await;
                return match polled {
                    Poll::Ready(published) => published,
                    Poll::Pending => Ok(()),
                };
            }
            TakesAfterClose => {
                return match self.inner.publish(endpoint, parcel).await {
                    Err(TransportError::Closed) => Ok(()),
                    published => published,
                };
            }
            TakesForNobody => {
                return match self.inner.publish(endpoint, parcel).await {
                    Err(TransportError::NobodyListens) => Ok(()),
                    published => published,
                };
            }
            _ => {}
        }
        self.inner.publish(endpoint, parcel).await
    }

    async fn subscribe(&self, endpoint: Endpoint<'_>, group: &str) -> Result<BrokenSubscription, TransportError> {
        let name = self.mixed(endpoint, MixesEndpoints);
        let group = match self.fault {
            OneGroupForAll => "all".to_owned(),
            AGroupForEach => {
                let mut state = self.state();
                state.groups += 1;
                format!("{group}.{}", state.groups)
            }
            _ => group.to_owned(),
        };
        let inner = self.inner.subscribe(Endpoint::new(&name), &group).await?;
        let is_first = {
            let mut state = self.state();
            state.listeners += 1;
            state.listeners == 1
        };
        Ok(BrokenSubscription { inner, of: self.clone(), read: 0, is_first, held: None })
    }
}

pub(crate) struct BrokenSubscription {
    inner: MemorySubscription<VirtualClock, VirtualClock>,
    of: Broken,
    read: u64,
    is_first: bool,
    held: Option<MemoryDelivery<VirtualClock>>,
}

impl Subscription for BrokenSubscription {
    type Delivery = BrokenDelivery;

    fn ack_deadline(&self) -> Option<Duration> {
        self.inner.ack_deadline()
    }

    async fn next(&mut self) -> Option<Result<BrokenDelivery, TransportError>> {
        loop {
            let inner = match self.inner.next().await? {
                Ok(inner) => inner,
                Err(error) => return Some(Err(error)),
            };
            self.read += 1;
            if self.of.fault == MembersHoldBack && !self.is_first && self.held.is_none() {
                self.held = Some(inner);
                continue;
            }
            match self.of.fault {
                SubscriptionEndsEarly if self.read > 20 => return None,
                LosesWhatWasRead if self.read.is_multiple_of(16) => {
                    let _gone = inner.ack().await;
                    continue;
                }
                // Taken off the queue before anybody has worked on it.
                AcksBeforeTheHandler | NeverComesAgain => {
                    let mut parcel = inner.parcel().clone();
                    parcel.key = self.of.state().keys.get(&parcel.id).copied().flatten();
                    let attempt = inner.attempt();
                    if self.of.fault == AcksBeforeTheHandler {
                        let _acked = inner.ack().await;
                        return Some(Ok(BrokenDelivery { inner: None, of: self.of.clone(), parcel, attempt }));
                    }
                    return Some(Ok(BrokenDelivery { inner: Some(inner), of: self.of.clone(), parcel, attempt }));
                }
                _ => {}
            }
            let mut parcel = inner.parcel().clone();
            if matches!(self.of.fault, IgnoresKeys | OneKeyForAll | MembersHoldBack) {
                parcel.key = self.of.state().keys.get(&parcel.id).copied().flatten();
            }
            let attempt = match self.of.fault {
                SaysAttemptOne => 1,
                CountsFromZero => inner.attempt() - 1,
                _ => inner.attempt(),
            };
            let delivery = BrokenDelivery { inner: Some(inner), of: self.of.clone(), parcel, attempt };
            return Some(Ok(delivery));
        }
    }
}

pub(crate) struct BrokenDelivery {
    inner: Option<MemoryDelivery<VirtualClock>>,
    of: Broken,
    parcel: Parcel,
    attempt: u32,
}

impl Delivery for BrokenDelivery {
    fn parcel(&self) -> &Parcel {
        &self.parcel
    }

    fn attempt(&self) -> u32 {
        self.attempt
    }

    async fn ack(mut self) -> Result<(), TransportError> {
        let Some(inner) = self.inner.take() else { return Ok(()) };
        match self.of.fault {
            ForgetsAcks => Ok(()),
            AcceptsStaleAcks => inner.ack().await.or(Ok(())),
            _ => inner.ack().await,
        }
    }

    async fn refuse(mut self, after: Duration) -> Result<(), TransportError> {
        let Some(inner) = self.inner.take() else { return Ok(()) };
        match self.of.fault {
            AcksWhatIsRefused => inner.ack().await,
            AcceptsStaleRefusals => inner.refuse(after).await.or(Ok(())),
            IgnoresDelays => inner.refuse(Duration::ZERO).await,
            ComesAgainTooSoon => inner.refuse(after / 2).await,
            ForgetsWhatIsDelayed if after > Duration::ZERO => inner.ack().await,
            _ => inner.refuse(after).await,
        }
    }

    async fn extend(&mut self) -> Result<(), TransportError> {
        match &mut self.inner {
            Some(inner) if self.of.fault != DoesNotExtend => inner.extend().await,
            _ => Ok(()),
        }
    }
}

/// What this does to an attempt that is dropped has to be done at once.
fn now<F: Future>(future: F) {
    let mut future = pin!(future);
    let _done = future.as_mut().poll(&mut Context::from_waker(std::task::Waker::noop()));
}

impl Drop for BrokenDelivery {
    fn drop(&mut self) {
        let fault = self.of.fault;
        if let (Some(inner), AcksWhatIsDropped | NeverComesAgain) = (self.inner.take(), fault) {
            now(inner.ack());
        }
    }
}
