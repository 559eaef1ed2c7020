//! The memory transport, and the same with a fault.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering::SeqCst};
use std::time::Duration;

use bytes::Bytes;
use catga::testing::VirtualClock;
use catga::transport::memory::{Memory, MemoryDelivery, MemorySubscription};
use catga::transport::{
    Capabilities, Delivers, Delivery, Endpoint, Leftover, Parcel, Subscription, Transport, TransportError,
};

/// What is wrong with it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    Nothing,
    /// Drops every fifth parcel.
    Loses,
    /// Publishes every fifth parcel twice.
    Duplicates,
    /// Acknowledges a delivery as it is taken.
    AcksEarly,
    /// Says that an ack was taken, and forgets it.
    ForgetsAcks,
    /// Acknowledges what is refused.
    AcksRefusals,
    /// Refuses without the delay.
    IgnoresDelays,
    /// Says that every attempt is the first.
    ForgetsAttempts,
    /// Does not know of keys.
    IgnoresKeys,
    /// Gives every subscriber a group of its own.
    SplitsGroups,
    /// Says that a delivery was extended, and forgets it.
    ForgetsExtensions,
    /// Cuts off the last byte of every fifth parcel.
    Truncates,
    /// Delivers the bytes of the parcel before.
    MixesUp,
    /// Delivers what was published to another endpoint, too.
    Leaks,
}

#[derive(Clone)]
pub struct Faulty {
    pub inner: Memory<VirtualClock, VirtualClock>,
    pub fault: Fault,
    published: Arc<AtomicU64>,
    subscribed: Arc<AtomicU64>,
    before: Arc<std::sync::Mutex<Bytes>>,
    /// Subscriptions that are lost before their next delivery.
    pub losing: Arc<AtomicU64>,
    /// Subscriptions that are refused.
    pub refusing: Arc<AtomicU64>,
    /// Extensions that were asked for.
    pub extended: Arc<AtomicU64>,
    /// Those who wait for a delivery.
    pub asking: Arc<AtomicU64>,
    /// Extensions that never answer.
    pub is_cut_off: Arc<AtomicU64>,
}

impl Faulty {
    pub fn new(inner: Memory<VirtualClock, VirtualClock>, fault: Fault) -> Self {
        Self {
            inner,
            fault,
            published: Arc::default(),
            subscribed: Arc::default(),
            before: Arc::default(),
            losing: Arc::default(),
            refusing: Arc::default(),
            extended: Arc::default(),
            asking: Arc::default(),
            is_cut_off: Arc::default(),
        }
    }
}

fn take_one(count: &AtomicU64) -> bool {
    count.fetch_update(SeqCst, SeqCst, |count| count.checked_sub(1)).is_ok()
}

impl Transport for Faulty {
    const CAPABILITIES: Capabilities = <Memory<VirtualClock, VirtualClock> as Transport>::CAPABILITIES;

    async fn close(&self, grace: Duration) -> Leftover {
        self.inner.close(grace).await
    }
}

impl Delivers for Faulty {
    type Subscription = FaultySubscription;

    async fn publish(&self, endpoint: Endpoint<'_>, mut parcel: Parcel) -> Result<(), TransportError> {
        let is_fifth = self.published.fetch_add(1, SeqCst) % 5 == 4;
        match self.fault {
            Fault::Loses if is_fifth => return Ok(()),
            Fault::Duplicates if is_fifth => self.inner.publish(endpoint, parcel.clone()).await?,
            Fault::IgnoresKeys => parcel.key = None,
            Fault::Truncates if is_fifth => parcel.bytes = parcel.bytes.slice(..parcel.bytes.len() - 1),
            Fault::MixesUp => {
                let bytes = parcel.bytes.clone();
                let before = std::mem::replace(&mut *self.before.lock().unwrap(), bytes);
                if !before.is_empty() {
                    parcel.bytes = before;
                }
            }
            Fault::Leaks => {
                let other = if endpoint.name() == "audit" { "payments" } else { "audit" };
                let _leaked = self.inner.publish(Endpoint::new(other), parcel.clone()).await;
            }
            _ => {}
        }
        self.inner.publish(endpoint, parcel).await
    }

    async fn subscribe(&self, endpoint: Endpoint<'_>, group: &str) -> Result<FaultySubscription, TransportError> {
        if take_one(&self.refusing) {
            return Err(TransportError::Unreachable);
        }
        let number = self.subscribed.fetch_add(1, SeqCst);
        let own = format!("{group}-{number}");
        let group = if self.fault == Fault::SplitsGroups { &own } else { group };
        let inner = self.inner.subscribe(endpoint, group).await?;
        Ok(FaultySubscription { inner, of: self.clone() })
    }
}

pub struct FaultySubscription {
    inner: MemorySubscription<VirtualClock, VirtualClock>,
    of: Faulty,
}

impl Subscription for FaultySubscription {
    type Delivery = FaultyDelivery;

    fn ack_deadline(&self) -> Option<Duration> {
        self.inner.ack_deadline()
    }

    async fn next(&mut self) -> Option<Result<FaultyDelivery, TransportError>> {
        if take_one(&self.of.losing) {
            return Some(Err(TransportError::Lost));
        }
        let _asking = Asking::new(&self.of.asking);
        let inner = match self.inner.next().await? {
            Ok(delivery) => delivery,
            Err(error) => return Some(Err(error)),
        };
        let (parcel, attempt) = (inner.parcel().clone(), inner.attempt());
        let inner = match self.of.fault {
            Fault::AcksEarly => {
                inner.ack().await.unwrap();
                None
            }
            _ => Some(inner),
        };
        Some(Ok(FaultyDelivery { inner, parcel, attempt, of: self.of.clone() }))
    }
}

struct Asking<'a>(&'a AtomicU64);

impl<'a> Asking<'a> {
    fn new(asking: &'a AtomicU64) -> Self {
        asking.fetch_add(1, SeqCst);
        Self(asking)
    }
}

impl Drop for Asking<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, SeqCst);
    }
}

pub struct FaultyDelivery {
    inner: Option<MemoryDelivery<VirtualClock>>,
    parcel: Parcel,
    attempt: u32,
    of: Faulty,
}

impl Delivery for FaultyDelivery {
    fn parcel(&self) -> &Parcel {
        &self.parcel
    }

    fn attempt(&self) -> u32 {
        if self.of.fault == Fault::ForgetsAttempts { 1 } else { self.attempt }
    }

    async fn ack(self) -> Result<(), TransportError> {
        match self.inner {
            Some(inner) if self.of.fault != Fault::ForgetsAcks => inner.ack().await,
            _ => Ok(()),
        }
    }

    async fn refuse(self, after: Duration) -> Result<(), TransportError> {
        match (self.inner, self.of.fault) {
            (None, _) => Ok(()),
            (Some(inner), Fault::AcksRefusals) => inner.ack().await,
            (Some(inner), Fault::IgnoresDelays) => inner.refuse(Duration::ZERO).await,
            (Some(inner), _) => inner.refuse(after).await,
        }
    }

    async fn extend(&mut self) -> Result<(), TransportError> {
        self.of.extended.fetch_add(1, SeqCst);
        if self.of.is_cut_off.load(SeqCst) > 0 {
            std::future::pending::<()>().await;
        }
        match &mut self.inner {
            Some(inner) if self.of.fault != Fault::ForgetsExtensions => inner.extend().await,
            _ => Ok(()),
        }
    }
}
