use core::future::Future;
use core::time::Duration;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use super::super::Backend;
use super::super::tools::{Checked, ENDLESS, OrFail as _, SENTINEL, both, ensure, name, parcel};
use super::office::{Desk, Notes, Office, Plan};
use super::tally::{Kept, Seen, Tally};
use super::wire::Shared;
use crate::delivery::{Consumer, Redelivery};
use crate::testing::VirtualClock;
use crate::time::Cancel;
use crate::transport::{Delivers, Delivery as _, Endpoint, Parcel, Subscription as _};

pub(super) type Consuming<B> = Consumer<Shared<<B as Backend>::Subscriber>, Arc<Tally>>;

/// An office that consumes one endpoint of the transport, and what it and its dead letters have seen.
pub(super) struct World<'b, B: Backend> {
    pub(super) backend: &'b B,
    pub(super) office: Office,
    pub(super) tally: Arc<Tally>,
    publisher: B::Publisher,
    subscriber: Shared<B::Subscriber>,
    endpoint: &'static str,
}

const GROUP: &str = "office";

impl<'b, B: Backend> World<'b, B> {
    pub(super) async fn open(backend: &'b B, of: &str, plan: Plan) -> Result<Self, String> {
        let open = backend.open().await;
        let subscriber = Shared(Arc::new(open.subscriber));
        // A consumer's endpoints are constants, and each run has names of its own.
        let endpoint: &'static str = name(of).leak();
        // From here on the group gets what is published, whenever its consumer comes.
        drop(subscriber.subscribe(Endpoint::new(endpoint), GROUP).await.or_fail("subscribing")?);
        let tally = Arc::new(Tally::default());
        let desk = Desk { plan, is_cured: AtomicBool::new(false), tally: Arc::clone(&tally) };
        let office = Office { desk, clock: VirtualClock::new() };
        Ok(Self { backend, office, tally, publisher: open.publisher, subscriber, endpoint })
    }

    /// A consumer that tries so often, and again at once; one message after the other.
    pub(super) fn consumer(&self, attempts: u32) -> Consuming<B> {
        Consumer::new(self.subscriber.clone(), GROUP, Arc::clone(&self.tally))
            .endpoint(self.endpoint)
            .redelivery(Redelivery::attempts(attempts).base(Duration::ZERO))
    }

    pub(super) async fn publish(&self, parcel: Parcel) -> Result<(), String> {
        self.publisher.publish(Endpoint::new(self.endpoint), parcel).await.or_fail("publishing")
    }

    pub(super) async fn reach(&self, is_so: impl Fn(&Seen) -> bool + Send) -> Result<(), String> {
        self.tally.reach(is_so).await
    }

    /// Consumes while the script runs, and stops then. Everything has to be settled; answers with how many came too
    /// often.
    pub(super) async fn run(&self, attempts: u32, script: impl Future<Output = Result<(), String>> + Send) -> Checked {
        let (consumer, stop) = (self.consumer(attempts), Cancel::new());
        let consuming = consumer.consume::<Notes, _>(&self.office, &stop);
        let (consumed, done) = both(consuming, async {
            let done = script.await;
            stop.cancel();
            done
        })
        .await;
        done?;
        consumed.or_fail("consuming")?;
        Ok(self.tally.look(Seen::duplicates) + self.drain().await?)
    }

    /// What is left with the group.
    async fn drain(&self) -> Checked {
        let mut subscription =
            self.subscriber.subscribe(Endpoint::new(self.endpoint), GROUP).await.or_fail("subscribing")?;
        self.publish(parcel(SENTINEL)).await?;
        let mut extra = 0;
        loop {
            let Some(delivery) = subscription.next().await else { return Err("the subscription ended".into()) };
            let delivery = delivery.or_fail("the next delivery")?;
            let id = delivery.parcel().id;
            delivery.ack().await.or_fail("acknowledging")?;
            if id == SENTINEL {
                return Ok(extra);
            }
            extra += 1;
            ensure!(extra < ENDLESS, "parcel {id} comes again and again");
        }
    }

    /// The letter of this parcel, which is what was published, byte for byte.
    pub(super) fn letter(&self, of: &Parcel, code: &str, attempts: u32) -> Result<Kept, String> {
        let letter = self.tally.look(|seen| seen.letters.iter().find(|letter| letter.parcel.id == of.id).cloned());
        let letter = letter.ok_or_else(|| format!("parcel {} is no dead letter", of.id))?;
        ensure!(letter.parcel == *of, "{of:?} was published, and {:?} is the dead letter", letter.parcel);
        ensure!(letter.endpoint == self.endpoint, "a dead letter of {} says {}", self.endpoint, letter.endpoint);
        let said = (letter.code, letter.attempts);
        ensure!(
            said == (code, attempts),
            "parcel {} failed of {code} in {attempts} attempts, and not of {said:?}",
            of.id
        );
        Ok(letter)
    }
}
