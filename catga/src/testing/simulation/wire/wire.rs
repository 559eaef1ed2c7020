use std::fmt;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use super::{Node, SeededRandom, Simulation, VirtualClock, lock};
use crate::time::{Cancel, Clock as _, Instant, Random as _, Timer as _, nanos};
use crate::transport::memory::{Limits, Memory};
use crate::transport::{Capabilities, Leftover, Transport};

pub(super) type Broker = Memory<VirtualClock, VirtualClock>;

/// A broker on a machine of its own, and the wire to it: all that it does badly is allowed to a transport that
/// delivers at least once. Clones are the same broker.
///
/// What it has taken it keeps, whatever crashes. Parcels of one key arrive in their order, but for second copies. A
/// request is kept by nobody: it may be lost on its way, or its answer may, it may be handled twice, and also when its
/// caller has given up long ago.
#[derive(Clone)]
pub struct SimWire {
    pub(super) shared: Arc<Shared>,
}

pub(super) struct Shared {
    pub(super) node: Node,
    pub(super) broker: Broker,
    pub(super) random: Arc<SeededRandom>,
    pub(super) state: Mutex<State>,
}

pub(super) struct State {
    faults: WireFaults,
    down_until: Instant,
    /// Of all subscriptions and requests that were made since the last cut.
    pub(super) connection: Arc<Cancel>,
    pub(super) counts: WireCounts,
}

/// What goes wrong on a [`SimWire`], each in so many percent of the cases. Nothing, by default.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct WireFaults {
    /// How long a way takes at most.
    pub latency: Duration,
    /// Publishing, or asking, finds nobody: nothing is taken, and that is known.
    pub unreachable: u8,
    /// Publishing answers `Lost`, although the broker has taken the parcel. So does asking: half of the requests were
    /// handled.
    pub lost: u8,
    /// A parcel is delivered twice, or a request handled twice, the second time up to a minute later.
    pub duplicated: u8,
    /// A parcel without a key is delivered up to a minute late, so that later ones overtake it. A request is handled so
    /// late, and nobody waits for its answer any more.
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
    /// Requests that were answered.
    pub answered: u64,
    /// Parcels and requests that found nobody.
    pub unreachable: u64,
    /// Parcels and requests whose sender was told that they are lost.
    pub lost: u64,
    /// Second copies of parcels and requests.
    pub duplicated: u64,
    /// Parcels and requests that were late.
    pub late: u64,
    /// Acknowledgements and refusals whose answer was lost.
    pub lost_acks: u64,
    /// How often all connections were cut.
    pub cut: u64,
}

/// How late what is late is at most.
pub(super) const LATE: Duration = Duration::from_secs(60);

impl SimWire {
    /// A broker without faults. What is out for longer than the ack deadline comes again.
    pub fn new(simulation: &Simulation, ack_deadline: Duration) -> Self {
        let limits = Limits { queued: 1 << 20, ack_deadline, retention: Duration::MAX, ..Limits::default() };
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

    pub(super) fn clock(&self) -> VirtualClock {
        self.shared.node.simulation().clock()
    }

    fn note(&self, event: &str) {
        self.shared.node.simulation().note(event);
    }

    pub(super) fn is_down(&self) -> bool {
        let now = self.clock().now();
        lock(&self.shared.state).down_until > now
    }

    /// Whether what happens in so many percent happens now; then it is counted.
    pub(super) fn happens(&self, percent: fn(&WireFaults) -> u8, count: fn(&mut WireCounts) -> &mut u64) -> bool {
        let mut state = lock(&self.shared.state);
        let percent = percent(&state.faults);
        let happens = percent > 0 && self.shared.random.up_to(99) < u64::from(percent);
        *count(&mut state.counts) += u64::from(happens);
        happens
    }

    /// Up to so long.
    pub(super) fn some_of(&self, longest: Duration) -> Duration {
        Duration::from_nanos(self.shared.random.up_to(nanos(longest)))
    }

    /// One way over the wire.
    pub(super) async fn travel(&self) {
        let latency = lock(&self.shared.state).faults.latency;
        if !latency.is_zero() {
            let time = self.some_of(latency);
            self.clock().sleep(time).await;
        }
    }
}

impl Transport for SimWire {
    const CAPABILITIES: Capabilities = <Broker as Transport>::CAPABILITIES;

    async fn close(&self, grace: Duration) -> Leftover {
        self.shared.broker.close(grace).await
    }
}

impl fmt::Debug for SimWire {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let state = lock(&self.shared.state);
        f.debug_struct("SimWire").field("faults", &state.faults).field("counts", &state.counts).finish_non_exhaustive()
    }
}
