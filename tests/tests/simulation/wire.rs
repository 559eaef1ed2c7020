//! The wire of the simulation, as one machine sees it: each step is a place to crash, and it may be broken.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use catga::envelope::Envelope;
use catga::id::Id;
use catga::testing::simulation::{SimDelivery, SimSubscription, SimWire};
use catga::time::Random as _;
use catga::transport::{
    Capabilities, Delivers, Delivery, Endpoint, Leftover, Listens, Parcel, Requests, Subscription, Transport,
    TransportError,
};

use crate::machine::Machine;
use crate::plan::Bug;
use crate::world::Env;

#[derive(Clone)]
pub struct TestWire {
    env: Arc<Env>,
    is_shop: bool,
}

impl TestWire {
    pub fn new(env: &Arc<Env>, is_shop: bool) -> Self {
        Self { env: Arc::clone(env), is_shop }
    }

    fn machine(&self) -> &Machine {
        if self.is_shop { &self.env.shop } else { &self.env.payments }
    }

    async fn point(&self, place: &str) {
        self.env.point(self.machine(), place).await;
    }
}

impl Transport for TestWire {
    const CAPABILITIES: Capabilities = SimWire::CAPABILITIES;

    async fn close(&self, grace: Duration) -> Leftover {
        self.env.wire.close(grace).await
    }
}

impl Delivers for TestWire {
    type Subscription = TestSubscription;

    async fn publish(&self, endpoint: Endpoint<'_>, mut parcel: Parcel) -> Result<(), TransportError> {
        self.point("before publish").await;
        let wire = self.env.wire.clone();
        if self.env.has(Bug::MarksBeforePublishing) {
            // Says that it is done, and does it.
            let endpoint = endpoint.name().to_owned();
            self.machine().node.spawn(async move {
                let _forgotten = wire.publish(Endpoint::new(&endpoint), parcel).await;
            });
            return Ok(());
        }
        if self.env.has(Bug::ParcelsLost) && self.env.random.up_to(19) == 0 {
            return Ok(());
        }
        if self.env.has(Bug::KeysIgnored) {
            parcel.key = None;
        }
        let published = wire.publish(endpoint, parcel).await;
        self.point("after publish").await;
        published
    }

    async fn subscribe(&self, endpoint: Endpoint<'_>, group: &str) -> Result<TestSubscription, TransportError> {
        let inner = self.env.wire.subscribe(endpoint, group).await?;
        Ok(TestSubscription { inner, of: self.clone() })
    }
}

/// The same message, or answer, under another id.
fn renamed(bytes: &Bytes, id: Id) -> Bytes {
    let mut envelope = Envelope::decode(bytes).unwrap();
    envelope.id = id;
    let mut renamed = Vec::new();
    envelope.encode(&mut renamed).unwrap();
    renamed.into()
}

impl Requests for TestWire {
    type Items = <SimWire as Requests>::Items;

    async fn request(
        &self,
        endpoint: Endpoint<'_>,
        mut bytes: Bytes,
        budget: Option<Duration>,
    ) -> Result<Bytes, TransportError> {
        self.point("before request").await;
        let own = Envelope::decode(&bytes).unwrap().id;
        if self.env.has(Bug::RequestsAnew) {
            bytes = renamed(&bytes, Id::new(self.env.random.next() >> 1));
        }
        let mut answer = self.env.wire.request(endpoint, bytes, budget).await?;
        if self.env.has(Bug::RequestsAnew) {
            answer = renamed(&answer, own);
        }
        self.point("after request").await;
        Ok(answer)
    }

    async fn request_many(
        &self,
        endpoint: Endpoint<'_>,
        bytes: Bytes,
        budget: Option<Duration>,
    ) -> Result<Self::Items, TransportError> {
        self.env.wire.request_many(endpoint, bytes, budget).await
    }
}

impl Listens for TestWire {
    type Incoming = <SimWire as Listens>::Incoming;

    async fn listen(&self, endpoint: Endpoint<'_>) -> Result<Self::Incoming, TransportError> {
        self.env.wire.listen(endpoint).await
    }
}

pub struct TestSubscription {
    inner: SimSubscription,
    of: TestWire,
}

impl Subscription for TestSubscription {
    type Delivery = TestDelivery;

    fn ack_deadline(&self) -> Option<Duration> {
        self.inner.ack_deadline()
    }

    async fn next(&mut self) -> Option<Result<TestDelivery, TransportError>> {
        let inner = match self.inner.next().await? {
            Ok(inner) => inner,
            Err(error) => return Some(Err(error)),
        };
        let (parcel, attempt) = (inner.parcel().clone(), inner.attempt());
        self.of.point("after delivery").await;
        let inner = match self.of.env.has(Bug::AcksBeforeCommit) {
            true => {
                // Should it fail, it comes again, and nobody is harmed.
                let _acked = inner.ack().await;
                None
            }
            false => Some(inner),
        };
        Some(Ok(TestDelivery { inner, parcel, attempt, of: self.of.clone() }))
    }
}

pub struct TestDelivery {
    inner: Option<SimDelivery>,
    parcel: Parcel,
    attempt: u32,
    of: TestWire,
}

impl Delivery for TestDelivery {
    fn parcel(&self) -> &Parcel {
        &self.parcel
    }

    fn attempt(&self) -> u32 {
        if self.of.env.has(Bug::AttemptsForgotten) { 1 } else { self.attempt }
    }

    async fn ack(self) -> Result<(), TransportError> {
        self.of.point("before ack").await;
        let Some(inner) = self.inner else { return Ok(()) };
        let acked = inner.ack().await;
        self.of.point("after ack").await;
        acked
    }

    async fn refuse(self, after: Duration) -> Result<(), TransportError> {
        let Some(inner) = self.inner else { return Ok(()) };
        if self.of.env.has(Bug::RefusalsAreAcks) { inner.ack().await } else { inner.refuse(after).await }
    }

    async fn extend(&mut self) -> Result<(), TransportError> {
        match &mut self.inner {
            Some(inner) => inner.extend().await,
            None => Ok(()),
        }
    }
}
