use std::time::Duration;

use catga::testing::VirtualClock;
use catga::testing::conformance::{self, Backend, Bounds, Opened, Verdict};
use catga::transport::Transport;
use catga::transport::memory::{Limits, Memory};

pub(crate) type Virtual = Memory<VirtualClock, VirtualClock>;

/// In memory, within these bounds, on virtual time.
pub(crate) struct InMemory {
    pub(crate) clock: VirtualClock,
    pub(crate) bounds: Bounds,
}

pub(crate) const SMALL: Bounds =
    Bounds { in_flight: 4, queued: 8, items: 2, bytes: 512, ack_deadline: Duration::from_secs(10), retention: MINUTE };

const MINUTE: Duration = Duration::from_secs(60);

const LARGE: Bounds = Bounds {
    in_flight: 64,
    queued: 1_024,
    items: 64,
    bytes: 64 * 1_024,
    ack_deadline: Duration::from_secs(30),
    retention: MINUTE,
};

impl InMemory {
    pub(crate) fn new(bounds: Bounds) -> Self {
        Self { clock: VirtualClock::new(), bounds }
    }

    pub(crate) fn memory(&self) -> Virtual {
        let Bounds { in_flight, queued, items, bytes, ack_deadline, retention } = self.bounds;
        let limits = Limits { in_flight, queued, items, bytes, ack_deadline, retention };
        Memory::new(limits, self.clock.clone(), self.clock.clone())
    }
}

impl Backend for InMemory {
    type Caller = Virtual;
    type Server = Virtual;
    type Publisher = Virtual;
    type Subscriber = Virtual;

    fn bounds(&self) -> Bounds {
        self.bounds
    }

    async fn open(&self) -> Opened<Virtual, Virtual, Virtual, Virtual> {
        let memory = self.memory();
        Opened { caller: memory.clone(), server: memory.clone(), publisher: memory.clone(), subscriber: memory }
    }

    async fn advance(&self, by: Duration) {
        self.clock.advance(by);
    }

    /// Tokio's own clock is paused: it moves when nothing else does.
    async fn give_up(&self) {
        tokio::time::sleep(Duration::from_secs(36_000)).await;
    }
}

pub(crate) const DELIVERIES: usize = conformance::deliveries_of(Virtual::CAPABILITIES);

#[tokio::test(start_paused = true)]
async fn requests_in_memory() {
    for bounds in [SMALL, LARGE] {
        let report = conformance::requests(&InMemory::new(bounds)).await;
        report.check(conformance::REQUESTS).unwrap_or_else(|report| panic!("\n{report}"));
        assert_eq!(report.duplicates(), 0);
    }
}

#[tokio::test(start_paused = true)]
async fn deliveries_in_memory() {
    for bounds in [SMALL, LARGE] {
        let report = conformance::deliveries(&InMemory::new(bounds)).await;
        report.check(DELIVERIES).unwrap_or_else(|report| panic!("\n{report}"));
        assert_eq!(report.duplicates(), 0);
    }
}

pub(crate) const CONSUMERS: usize = conformance::consumers_of(Virtual::CAPABILITIES);

#[tokio::test(start_paused = true)]
async fn consumers_in_memory() {
    assert_eq!(CONSUMERS, 11);
    for bounds in [SMALL, LARGE] {
        let report = conformance::consumers(&InMemory::new(bounds)).await;
        report.check(CONSUMERS).unwrap_or_else(|report| panic!("\n{report}"));
        assert_eq!(report.duplicates(), 0);
    }
}

#[tokio::test(start_paused = true)]
async fn what_memory_does_not_promise_is_listed_and_not_passed() {
    assert_eq!(DELIVERIES, 30);
    let report = conformance::deliveries(&InMemory::new(SMALL)).await;
    let not_applicable: Vec<_> = report
        .verdicts()
        .filter(|(_, verdict)| matches!(verdict, Verdict::NotApplicable(_)))
        .map(|(id, _)| id)
        .collect();
    assert_eq!(not_applicable, ["A10", "A11", "A12", "A13", "D3", "D4", "D5", "D6", "D7", "D8", "D9", "D10"]);
}
