//! A transport that breaks one promise: a memory, and a fault around it.

use std::collections::HashMap;
use std::future::{pending, poll_fn};
use std::pin::{Pin, pin};
use std::sync::{Arc, Mutex, MutexGuard};
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::Bytes;
use catga::message::Qos;
use catga::testing::VirtualClock;
use catga::testing::conformance::{Backend, Bounds, Opened};
use catga::transport::memory::{
    MemoryDelivery, MemoryIncoming, MemoryItemSender, MemoryItems, MemoryResponder, MemorySubscription,
};
use catga::transport::{
    Answer, Capabilities, Delivers, Delivery, Endpoint, Incoming, ItemSender, Leftover, Listens, Parcel, Request,
    Requests, Responder, Subscription, Transport, TransportError,
};
use futures_util::Stream;

use crate::memory::{InMemory, SMALL, Virtual};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fault {
    /// The control: with it everything passes.
    Nothing,
    // What is published.
    DropsEveryTenth,
    DuplicatesEveryTenth,
    SwapsNeighbours,
    MixesEndpoints,
    CorruptsBytes,
    LosesIds,
    LosesKeys,
    IgnoresKeys,
    OneKeyForAll,
    DropsEmptyBodies,
    DropsTheOversize,
    DropsWhenFull,
    TakesAfterClose,
    TakesForNobody,
    // Groups.
    OneGroupForAll,
    AGroupForEach,
    // Settling.
    ForgetsAcks,
    AcksBeforeTheHandler,
    AcksWhatIsDropped,
    AcksWhatIsRefused,
    AcceptsStaleAcks,
    AcceptsStaleRefusals,
    IgnoresDelays,
    ForgetsWhatIsDelayed,
    NeverComesAgain,
    ComesAgainTooSoon,
    DoesNotExtend,
    SaysAttemptOne,
    CountsFromZero,
    LosesWhatWasRead,
    SubscriptionEndsEarly,
    // Closing.
    LosesOnClose,
    SecondCloseHangs,
    CancelledCloseReopens,
    CloseForgetsTheBlocked,
    SaysSomethingIsLeft,
    // Requests.
    CrossesAnswers,
    CorruptsAnswers,
    LosesAnswers,
    ForgetsTheUnanswered,
    NobodyIsCancelled,
    IgnoresBudgets,
    RefusalIsUnknown,
    AsksTwice,
    MixesRequests,
    WaitsForListeners,
    UnboundedInFlight,
    CutsRequests,
    // Streams.
    DropsAnItem,
    DuplicatesAnItem,
    SwapsItems,
    EndsAsIfFinished,
    UnboundedItems,
    NobodyIsStopped,
}

use Fault::*;

#[derive(Clone)]
pub(crate) struct Broken {
    inner: Virtual,
    fault: Fault,
    state: Arc<Mutex<State>>,
}

#[derive(Default)]
struct State {
    published: u64,
    held: Option<(String, Parcel)>,
    keys: HashMap<u64, Option<u64>>,
    first_endpoint: Option<String>,
    groups: u64,
    closed: u64,
    /// Answers that wait to be given to another.
    crossed: Vec<(MemoryResponder, Bytes)>,
}

impl Broken {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap()
    }

    /// The one endpoint of those who mix them up.
    fn mixed(&self, endpoint: Endpoint<'_>, fault: Fault) -> String {
        let mut state = self.state();
        if self.fault == fault {
            state.first_endpoint.get_or_insert_with(|| endpoint.name().to_owned()).clone()
        } else {
            endpoint.name().to_owned()
        }
    }
}

impl Transport for Broken {
    const CAPABILITIES: Capabilities = Capabilities { qos: Qos::AtLeastOnce, ..Virtual::CAPABILITIES };

    async fn close(&self, grace: Duration) -> Leftover {
        match self.fault {
            LosesOnClose => {
                self.inner.close(Duration::ZERO).await;
                Leftover::default()
            }
            SecondCloseHangs => {
                let times = {
                    let mut state = self.state();
                    state.closed += 1;
                    state.closed
                };
                if times > 1 {
                    pending::<()>().await;
                }
                self.inner.close(grace).await
            }
            CutsRequests => self.inner.close(Duration::ZERO).await,
            CancelledCloseReopens => {
                // It closes at its second poll.
                tokio::task::yield_now().await;
                for _ in 0..64 {
                    tokio::task::yield_now().await;
                }
                self.inner.close(grace).await
            }
            CloseForgetsTheBlocked => Leftover::default(),
            SaysSomethingIsLeft => {
                let left = self.inner.close(grace).await;
                Leftover { parcels: left.parcels + 1, requests: left.requests + 1 }
            }
            _ => self.inner.close(grace).await,
        }
    }
}

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
            LosesKeys | IgnoresKeys => parcel.key = None,
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
        Ok(BrokenSubscription { inner, of: self.clone(), read: 0 })
    }
}

pub(crate) struct BrokenSubscription {
    inner: MemorySubscription<VirtualClock, VirtualClock>,
    of: Broken,
    read: u64,
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
            if matches!(self.of.fault, IgnoresKeys | OneKeyForAll) {
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
        Ok(BrokenItems { inner: Some(inner), fault: self.fault, read: 0, next: None })
    }
}

pub(crate) struct BrokenItems {
    inner: Option<MemoryItems<VirtualClock>>,
    fault: Fault,
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
        match (self.fault, item) {
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
        if self.fault == NobodyIsStopped {
            std::mem::forget(self.inner.take());
        }
    }
}

impl Listens for Broken {
    type Incoming = BrokenIncoming;

    async fn listen(&self, endpoint: Endpoint<'_>) -> Result<BrokenIncoming, TransportError> {
        let name = self.mixed(endpoint, MixesRequests);
        let inner = self.inner.listen(Endpoint::new(&name)).await?;
        Ok(BrokenIncoming { inner, of: self.clone() })
    }
}

pub(crate) struct BrokenIncoming {
    inner: MemoryIncoming,
    of: Broken,
}

impl Incoming for BrokenIncoming {
    type Responder = BrokenResponder;
    type Sender = BrokenSender;

    async fn next(&mut self) -> Option<Request<BrokenResponder, BrokenSender>> {
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
    async fn cancelled(&mut self) {
        if self.of.fault == NobodyIsCancelled {
            pending::<()>().await;
        }
        self.inner.cancelled().await;
    }

    async fn send(&mut self, bytes: Bytes) -> Result<(), TransportError> {
        self.inner.send(bytes).await
    }

    async fn finish(self) -> Result<(), TransportError> {
        self.inner.finish().await
    }

    fn refuse(self) {
        self.inner.refuse();
    }
}

pub(crate) struct Backed {
    memory: InMemory,
    fault: Fault,
}

impl Backed {
    pub(crate) fn new(fault: Fault) -> Self {
        Self { memory: InMemory::new(SMALL), fault }
    }
}

impl Backend for Backed {
    type Caller = Broken;
    type Server = Broken;
    type Publisher = Broken;
    type Subscriber = Broken;

    fn bounds(&self) -> Bounds {
        SMALL
    }

    async fn open(&self) -> Opened<Broken, Broken, Broken, Broken> {
        let bounds = match self.fault {
            UnboundedInFlight => Bounds { in_flight: 1_000, ..SMALL },
            UnboundedItems => Bounds { items: 1_000, ..SMALL },
            DropsTheOversize => Bounds { bytes: usize::MAX, ..SMALL },
            _ => SMALL,
        };
        let inner = InMemory { clock: self.memory.clock.clone(), bounds }.memory();
        let broken = Broken { inner, fault: self.fault, state: Arc::default() };
        Opened { caller: broken.clone(), server: broken.clone(), publisher: broken.clone(), subscriber: broken }
    }

    async fn advance(&self, by: Duration) {
        self.memory.advance(by).await;
    }

    async fn give_up(&self) {
        self.memory.give_up().await;
    }
}
