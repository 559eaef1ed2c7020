use std::fmt;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use futures_util::future::{Either, select};

use super::wire::LATE;
use super::{SimWire, VirtualClock, lock};
use crate::time::{Cancel, Random as _, Timer as _};
use crate::transport::memory::{MemoryDelivery, MemorySubscription};
use crate::transport::{Delivers, Delivery, Endpoint, Parcel, Subscription, TransportError};

impl SimWire {
    /// Publishes later, by the broker itself: what it has taken is not lost with its publisher.
    fn publish_late(&self, endpoint: Endpoint<'_>, parcel: Parcel) {
        let (broker, clock, endpoint) = (self.shared.broker.clone(), self.clock(), endpoint.name().to_owned());
        let time = self.some_of(LATE);
        self.shared.node.spawn(async move {
            clock.sleep(time).await;
            // Its groups are there: one has taken the parcel.
            let _taken = broker.publish(Endpoint::new(&endpoint), parcel).await;
        });
    }
}

impl Delivers for SimWire {
    type Subscription = SimSubscription;

    async fn publish(&self, endpoint: Endpoint<'_>, parcel: Parcel) -> Result<(), TransportError> {
        self.travel().await;
        if self.is_down() || self.happens(|faults| faults.unreachable, |counts| &mut counts.unreachable) {
            return Err(TransportError::Unreachable);
        }
        if parcel.key.is_none() && self.happens(|faults| faults.late, |counts| &mut counts.late) {
            self.publish_late(endpoint, parcel);
        } else {
            self.shared.broker.publish(endpoint, parcel.clone()).await?;
            if self.happens(|faults| faults.duplicated, |counts| &mut counts.duplicated) {
                self.publish_late(endpoint, parcel);
            }
        }
        lock(&self.shared.state).counts.taken += 1;
        self.travel().await;
        if self.is_down() || self.happens(|faults| faults.lost, |counts| &mut counts.lost) {
            return Err(TransportError::Lost);
        }
        Ok(())
    }

    async fn subscribe(&self, endpoint: Endpoint<'_>, group: &str) -> Result<SimSubscription, TransportError> {
        self.travel().await;
        if self.is_down() {
            return Err(TransportError::Unreachable);
        }
        let inner = self.shared.broker.subscribe(endpoint, group).await?;
        let connection = Arc::clone(&lock(&self.shared.state).connection);
        Ok(SimSubscription { inner, wire: self.clone(), connection })
    }
}

/// One subscriber of a group, until its connection is cut.
pub struct SimSubscription {
    inner: MemorySubscription<VirtualClock, VirtualClock>,
    wire: SimWire,
    connection: Arc<Cancel>,
}

impl Subscription for SimSubscription {
    type Delivery = SimDelivery;

    fn ack_deadline(&self) -> Option<Duration> {
        self.inner.ack_deadline()
    }

    async fn next(&mut self) -> Option<Result<SimDelivery, TransportError>> {
        let inner = match select(pin!(self.connection.cancelled()), pin!(self.inner.next())).await {
            Either::Left(_) => return Some(Err(TransportError::Lost)),
            Either::Right((next, _)) => match next? {
                Ok(inner) => inner,
                Err(error) => return Some(Err(error)),
            },
        };
        Some(Ok(SimDelivery { inner, wire: self.wire.clone(), connection: Arc::clone(&self.connection) }))
    }
}

/// One attempt at one parcel.
pub struct SimDelivery {
    inner: MemoryDelivery<VirtualClock>,
    wire: SimWire,
    connection: Arc<Cancel>,
}

impl SimDelivery {
    /// Whether the way there and the answer are lost, each.
    async fn settles(&self) -> (bool, bool) {
        self.wire.travel().await;
        if self.connection.is_cancelled() {
            return (true, true);
        }
        let is_lost = self.wire.happens(|faults| faults.lost_acks, |counts| &mut counts.lost_acks);
        (is_lost && self.wire.shared.random.up_to(1) == 0, is_lost)
    }
}

impl Delivery for SimDelivery {
    fn parcel(&self) -> &Parcel {
        self.inner.parcel()
    }

    fn attempt(&self) -> u32 {
        self.inner.attempt()
    }

    async fn ack(self) -> Result<(), TransportError> {
        let (is_lost, is_unanswered) = self.settles().await;
        let settled = if is_lost { Ok(()) } else { self.inner.ack().await };
        if is_unanswered { Err(TransportError::Lost) } else { settled }
    }

    async fn refuse(self, after: Duration) -> Result<(), TransportError> {
        let (is_lost, is_unanswered) = self.settles().await;
        let settled = if is_lost { Ok(()) } else { self.inner.refuse(after).await };
        if is_unanswered { Err(TransportError::Lost) } else { settled }
    }

    async fn extend(&mut self) -> Result<(), TransportError> {
        if self.connection.is_cancelled() {
            return Err(TransportError::Lost);
        }
        self.inner.extend().await
    }
}

impl fmt::Debug for SimSubscription {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SimSubscription").finish_non_exhaustive()
    }
}

impl fmt::Debug for SimDelivery {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SimDelivery").field("attempt", &self.attempt()).finish_non_exhaustive()
    }
}
