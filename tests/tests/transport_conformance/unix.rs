use std::path::PathBuf;
use std::time::Duration;

use catga::testing::conformance::{self, Backend, Bounds, Opened};
use catga::testing::{SeededRandom, VirtualClock};
use catga::time::{Random as _, SystemRandom};
use catga::transport::memory::{Limits, Memory};
use catga::transport::unix::{UnixClient, UnixLimits, UnixServer};

use crate::memory::{CONSUMERS, DELIVERIES, SMALL};

type Server = UnixServer<VirtualClock, VirtualClock>;
type Client = UnixClient<VirtualClock>;

/// A server and clients on connections of their own, on virtual time.
struct OverSockets {
    clock: VirtualClock,
    bounds: Bounds,
    /// The servers whose own side nobody asked for.
    servers: std::sync::Mutex<Vec<Server>>,
}

impl OverSockets {
    fn new(bounds: Bounds) -> Self {
        Self { clock: VirtualClock::new(), bounds, servers: std::sync::Mutex::default() }
    }
}

/// By chance, as a socket of a process that was killed stays, and its number is another's by now.
fn path() -> PathBuf {
    std::env::temp_dir().join(format!("catga-conformance-{:016x}", SystemRandom.next()))
}

impl Backend for OverSockets {
    type Caller = Client;
    type Server = Server;
    type Publisher = Client;
    type Subscriber = Client;

    fn bounds(&self) -> Bounds {
        self.bounds
    }

    async fn open(&self) -> Opened<Client, Server, Client, Client> {
        let Bounds { in_flight, queued, items, bytes, ack_deadline, retention } = self.bounds;
        let hub = Memory::new(
            Limits { in_flight, queued, items, bytes, ack_deadline, retention },
            self.clock.clone(),
            self.clock.clone(),
        );
        let limits = UnixLimits {
            bytes: bytes as u32,
            in_flight: in_flight as u32,
            items: items as u32,
            prefetch: 2,
            ..UnixLimits::default()
        };
        let path = path();
        let clock = || self.clock.clone();
        let server = UnixServer::with(&path, 0o600, limits, hub).await.unwrap();
        self.servers.lock().unwrap().push(server.clone());
        let client = || UnixClient::with(&path, limits, clock(), SeededRandom::new(7));
        Opened { caller: client(), server, publisher: client(), subscriber: client() }
    }

    async fn advance(&self, by: Duration) {
        self.clock.advance(by);
    }

    /// Sockets are not idle when the runtime is: this is what a hang costs.
    async fn give_up(&self) {
        tokio::time::sleep(Duration::from_secs(120)).await;
    }
}

#[tokio::test]
async fn requests_over_a_socket() {
    let report = conformance::requests(&OverSockets::new(SMALL)).await;
    report.check(conformance::REQUESTS).unwrap_or_else(|report| panic!("\n{report}"));
}

#[tokio::test]
async fn deliveries_over_a_socket() {
    let report = conformance::deliveries(&OverSockets::new(SMALL)).await;
    report.check(DELIVERIES).unwrap_or_else(|report| panic!("\n{report}"));
}

#[tokio::test]
async fn consumers_over_a_socket() {
    let report = conformance::consumers(&OverSockets::new(SMALL)).await;
    report.check(CONSUMERS).unwrap_or_else(|report| panic!("\n{report}"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn consumers_over_a_socket_between_threads() {
    let report = conformance::consumers(&OverSockets::new(SMALL)).await;
    report.check(CONSUMERS).unwrap_or_else(|report| panic!("\n{report}"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn requests_over_a_socket_between_threads() {
    let report = conformance::requests(&OverSockets::new(SMALL)).await;
    report.check(conformance::REQUESTS).unwrap_or_else(|report| panic!("\n{report}"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn deliveries_over_a_socket_between_threads() {
    let report = conformance::deliveries(&OverSockets::new(SMALL)).await;
    report.check(DELIVERIES).unwrap_or_else(|report| panic!("\n{report}"));
}
