use std::fmt;
use std::pin::pin;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use futures_util::future::{Either, select};

use super::{Node, SeededRandom, Simulation, VirtualClock, lock};
use crate::time::{Cancel, Clock as _, Instant, Random as _, Timer as _, nanos};
use crate::transport::memory::{Limits, Memory, MemoryDelivery, MemorySubscription};
use crate::transport::{
    Capabilities, Delivers, Delivery, Endpoint, Leftover, Parcel, Subscription, Transport, TransportError,
};

type Broker = Memory<VirtualClock, VirtualClock>;

/// A broker on a machine of its own, and the wire to it: all that it does badly is allowed to a transport that
/// delivers at least once. Clones are the same broker.
///
/// What it has taken it keeps, whatever crashes. Parcels of one key arrive in their order, but for second copies.
#[derive(Clone)]
pub struct SimWire {
    shared: Arc<Shared>,
}

struct Shared {
    node: Node,
    broker: Broker,
    random: Arc<SeededRandom>,
    state: Mutex<State>,
}

struct State {
    faults: WireFaults,
    down_until: Instant,
    /// Of all subscriptions that were made since the last cut.
    connection: Arc<Cancel>,
    counts: WireCounts,
}

/// What goes wrong on a [`SimWire`], each in so many percent of the cases. Nothing, by default.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct WireFaults {
    /// How long a way takes at most.
    pub latency: Duration,
    /// Publishing finds nobody: nothing is taken, and that is known.
    pub unreachable: u8,
    /// Publishing answers `Lost`, although the broker has taken the parcel.
    pub lost: u8,
    /// A parcel is delivered twice, the second time up to a minute later.
    pub duplicated: u8,
    /// A parcel without a key is delivered up to a minute late, so that later ones overtake it.
    pub late: u8,
    /// An acknowledgement or a refusal answers `Lost`; half of them have reached the broker.
    pub lost_acks: u8,
}

/// What a [`SimWire`] has done.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct WireCounts {
    /// Parcels that the broker has taken, second copies not counted.
    pub taken: u64,
    /// Parcels that were published in vain.
    pub unreachable: u64,
    /// Parcels that were taken, and whose publisher was told that they are lost.
    pub lost: u64,
    /// Second copies.
    pub duplicated: u64,
    /// Parcels that were late.
    pub late: u64,
    /// Acknowledgements and refusals whose answer was lost.
    pub lost_acks: u64,
    /// How often all connections were cut.
    pub cut: u64,
}

/// How late what is late is at most.
const LATE: Duration = Duration::from_secs(60);

impl SimWire {
    /// A broker without faults. What is out for longer than the ack deadline comes again.
    pub fn new(simulation: &Simulation, ack_deadline: Duration) -> Self {
        let limits = Limits { queued: 1 << 20, ack_deadline, ..Limits::default() };
        let clock = simulation.clock();
        let state = State {
            faults: WireFaults::default(),
            down_until: Instant::ORIGIN,
            connection: Arc::default(),
            counts: WireCounts::default(),
        };
        let shared = Shared {
            node: simulation.node("broker"),
            broker: Memory::new(limits, clock.clone(), clock),
            random: simulation.random("wire"),
            state: Mutex::new(state),
        };
        Self { shared: Arc::new(shared) }
    }

    /// What goes wrong from now on.
    pub fn set(&self, faults: WireFaults) {
        lock(&self.shared.state).faults = faults;
    }

    /// Cuts all connections. Subscriptions are lost; what they have out comes again after its deadline.
    pub fn cut(&self) {
        let old = {
            let mut state = lock(&self.shared.state);
            state.counts.cut += 1;
            std::mem::take(&mut state.connection)
        };
        self.note("the wire is cut");
        old.cancel();
    }

    /// Nobody reaches the broker for so long.
    pub fn down_for(&self, time: Duration) {
        let until = self.clock().now().later(time);
        lock(&self.shared.state).down_until = until;
        self.note(&format!("the broker is down for {time:?}"));
        self.cut();
    }

    /// From now on nothing goes wrong.
    pub fn heal(&self) {
        let mut state = lock(&self.shared.state);
        state.faults = WireFaults::default();
        state.down_until = Instant::ORIGIN;
    }

    /// What it has done so far.
    pub fn counts(&self) -> WireCounts {
        lock(&self.shared.state).counts
    }

    fn clock(&self) -> VirtualClock {
        self.shared.node.simulation().clock()
    }

    fn note(&self, event: &str) {
        self.shared.node.simulation().note(event);
    }

    fn is_down(&self) -> bool {
        let now = self.clock().now();
        lock(&self.shared.state).down_until > now
    }

    /// Whether what happens in so many percent happens now; then it is counted.
    fn happens(&self, percent: fn(&WireFaults) -> u8, count: fn(&mut WireCounts) -> &mut u64) -> bool {
        let mut state = lock(&self.shared.state);
        let percent = percent(&state.faults);
        let happens = percent > 0 && self.shared.random.up_to(99) < u64::from(percent);
        *count(&mut state.counts) += u64::from(happens);
        happens
    }

    /// Up to so long.
    fn some_of(&self, longest: Duration) -> Duration {
        Duration::from_nanos(self.shared.random.up_to(nanos(longest)))
    }

    /// One way over the wire.
    async fn travel(&self) {
        let latency = lock(&self.shared.state).faults.latency;
        if !latency.is_zero() {
            let time = self.some_of(latency);
            self.clock().sleep(time).await;
        }
    }

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

impl Transport for SimWire {
    const CAPABILITIES: Capabilities = <Broker as Transport>::CAPABILITIES;

    async fn close(&self, grace: Duration) -> Leftover {
        self.shared.broker.close(grace).await
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

impl fmt::Debug for SimWire {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let state = lock(&self.shared.state);
        f.debug_struct("SimWire").field("faults", &state.faults).field("counts", &state.counts).finish_non_exhaustive()
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
