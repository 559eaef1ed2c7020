use core::time::Duration;

use crate::transport::Endpoint;
use crate::transport::framed::frame::OVERHEAD;
use crate::transport::framed::hello::Hello;

/// What a side of a Unix socket takes and how long it is patient. Both sides say the first two, and the
/// smaller hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UnixLimits {
    /// Bytes of one request, answer, item or parcel.
    pub bytes: u32,
    /// Requests in flight on one connection, publishing included; more wait. Subscriptions are counted apart, and
    /// what settles a delivery waits for no room. At least one.
    pub in_flight: u32,
    /// Items of one answer that are sent and not read. At least one.
    pub items: u32,
    /// Deliveries of one subscription that are sent and not read, as many as may be in flight at most. At least one.
    pub prefetch: u32,
    /// Subscriptions of one connection that a server feeds; who would make one more is `Refused`.
    pub subscriptions: usize,
    /// Groups, at all endpoints of a server, that its peers have made; who would make one more is `Refused`. One
    /// that nobody has come back to for the memory's [`retention`](crate::transport::memory::Limits::retention)
    /// ends where its place is needed.
    pub groups: usize,
    /// Connections of a server; more are closed at once.
    pub connections: usize,
    /// Bytes that wait to be written to a peer. From one for whom more wait a server reads nothing, and takes none of
    /// the requests that it has read; items and deliveries wait. So what is kept for a peer that does not read is
    /// this, and the answers to the requests that are being handled.
    pub buffer: usize,
    /// How long a peer may take to say its hello.
    pub handshake: Duration,
    /// How long a peer may take for the next 256 KiB that are written to it, or for what there is where that is less,
    /// before the connection is given up.
    pub stall: Duration,
    /// The longest first pause before connecting again; it doubles with every failure.
    pub pause: Duration,
    /// The longest pause before connecting again.
    pub longest_pause: Duration,
}

impl Default for UnixLimits {
    /// 16 MiB, 1 024 in flight, 64 items, a prefetch of 16, 1 024 subscriptions, 1 024 groups, 1 024 connections, 1 MiB
    /// of buffer, 5 seconds for the hello, 10 for a write, and pauses from 20 milliseconds to 2 seconds.
    fn default() -> Self {
        Self {
            bytes: 16 * 1_024 * 1_024,
            in_flight: 1_024,
            items: 64,
            prefetch: 16,
            subscriptions: 1_024,
            groups: 1_024,
            connections: 1_024,
            buffer: 1_024 * 1_024,
            handshake: Duration::from_secs(5),
            stall: Duration::from_secs(10),
            pause: Duration::from_millis(20),
            longest_pause: Duration::from_secs(2),
        }
    }
}

/// What a frame may take beside its bytes.
const BESIDE: u32 = (OVERHEAD + 2 * Endpoint::LONGEST) as u32;

impl UnixLimits {
    pub(super) fn hello(&self) -> Hello {
        Hello { frame: self.bytes.saturating_add(BESIDE), in_flight: self.in_flight.max(1) }
    }

    /// How many bytes of a user's fit into a frame.
    pub(super) const fn fitting(hello: Hello) -> usize {
        hello.frame.saturating_sub(BESIDE) as usize
    }
}
