use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use futures_util::future::{Either, select};

use super::wire::LATE;
use super::{SimWire, VirtualClock, lock};
use crate::time::{Random as _, Timer as _};
use crate::transport::memory::{MemoryIncoming, MemoryItems};
use crate::transport::{Endpoint, Listens, Requests, TransportError};

impl SimWire {
    /// Brings a request to whoever listens after so long, where nobody waits for the answer.
    fn ask_after(&self, time: Duration, endpoint: Endpoint<'_>, bytes: Bytes) {
        let (broker, clock, endpoint) = (self.shared.broker.clone(), self.clock(), endpoint.name().to_owned());
        self.shared.node.spawn(async move {
            clock.sleep(time).await;
            let _unheard = broker.request(Endpoint::new(&endpoint), bytes, Some(LATE)).await;
        });
    }

    /// One request on its way there, until its answer has come back.
    async fn ask(
        &self,
        endpoint: Endpoint<'_>,
        bytes: Bytes,
        budget: Option<Duration>,
    ) -> Result<Bytes, TransportError> {
        self.travel().await;
        if self.is_down() || self.happens(|faults| faults.unreachable, |counts| &mut counts.unreachable) {
            return Err(TransportError::Unreachable);
        }
        if self.happens(|faults| faults.late, |counts| &mut counts.late) {
            self.ask_after(self.some_of(LATE), endpoint, bytes);
            // Its caller hears nothing of it: he waits for as long as he will.
            return match budget {
                Some(_) => std::future::pending().await,
                None => Err(TransportError::Lost),
            };
        }
        if self.happens(|faults| faults.duplicated, |counts| &mut counts.duplicated) {
            self.ask_after(self.some_of(LATE), endpoint, bytes.clone());
        }
        if self.happens(|faults| faults.lost, |counts| &mut counts.lost) {
            if self.shared.random.up_to(1) == 0 {
                self.ask_after(Duration::ZERO, endpoint, bytes);
            }
            self.travel().await;
            return Err(TransportError::Lost);
        }
        let connection = Arc::clone(&lock(&self.shared.state).connection);
        let answering = pin!(self.shared.broker.request(endpoint, bytes, None));
        let answer = match select(pin!(connection.cancelled()), answering).await {
            Either::Left(_) => return Err(TransportError::Lost),
            Either::Right((answer, _)) => answer?,
        };
        self.travel().await;
        if self.is_down() {
            return Err(TransportError::Lost);
        }
        lock(&self.shared.state).counts.answered += 1;
        Ok(answer)
    }
}

impl Requests for SimWire {
    type Items = MemoryItems<VirtualClock>;

    async fn request(
        &self,
        endpoint: Endpoint<'_>,
        bytes: Bytes,
        budget: Option<Duration>,
    ) -> Result<Bytes, TransportError> {
        let asking = pin!(self.ask(endpoint, bytes, budget));
        let Some(budget) = budget else { return asking.await };
        match select(asking, pin!(self.clock().sleep(budget))).await {
            Either::Left((answer, _)) => answer,
            Either::Right(_) => Err(TransportError::TimedOut),
        }
    }

    async fn request_many(
        &self,
        endpoint: Endpoint<'_>,
        bytes: Bytes,
        budget: Option<Duration>,
    ) -> Result<MemoryItems<VirtualClock>, TransportError> {
        self.travel().await;
        if self.is_down() || self.happens(|faults| faults.unreachable, |counts| &mut counts.unreachable) {
            return Err(TransportError::Unreachable);
        }
        self.shared.broker.request_many(endpoint, bytes, budget).await
    }
}

/// Who listens hears what arrives, cut off or not: it is asked anew.
impl Listens for SimWire {
    type Incoming = MemoryIncoming;

    async fn listen(&self, endpoint: Endpoint<'_>) -> Result<MemoryIncoming, TransportError> {
        self.shared.broker.listen(endpoint).await
    }
}
