use core::future::Future;
use core::time::Duration;

use crate::transport::{Delivers, Listens, Requests};

/// A transport to be held to its promises: how it is opened, and how its time is moved.
pub trait Backend: Send + Sync {
    /// The side that asks.
    type Caller: Requests;
    /// The side that answers.
    type Server: Listens;
    /// The side that publishes. The suite holds it to its capabilities.
    type Publisher: Delivers;
    /// The side that subscribes.
    type Subscriber: Delivers;

    /// The bounds that every transport is opened with. Small ones are reached sooner.
    fn bounds(&self) -> Bounds;

    /// Opens a new transport, ready to be used.
    fn open(&self) -> impl Future<Output = OpenedBy<Self>> + Send;

    /// Moves the clock of all that was opened.
    fn advance(&self, by: Duration) -> impl Future<Output = ()> + Send;

    /// Ends when a scenario that has not ended never will. Nothing that is right waits for it.
    fn give_up(&self) -> impl Future<Output = ()> + Send;

    /// Ends the transport as a crash would, and opens it anew on what it has kept. Only for one that
    /// declares itself durable.
    fn reopen(&self, opened: OpenedBy<Self>) -> impl Future<Output = Option<OpenedBy<Self>>> + Send {
        async {
            drop(opened);
            None
        }
    }

    /// How many duplicates of what was acknowledged are let pass, in one scenario.
    fn duplicates(&self) -> usize {
        0
    }
}

/// What a backend opens.
pub type OpenedBy<B> =
    Opened<<B as Backend>::Caller, <B as Backend>::Server, <B as Backend>::Publisher, <B as Backend>::Subscriber>;

/// What a transport is opened with.
#[derive(Clone, Copy, Debug)]
pub struct Bounds {
    /// Requests in flight before more wait; from 2 to 64.
    pub in_flight: usize,
    /// Parcels that a group may have before publishers wait; from 4 to 1 024.
    pub queued: usize,
    /// Items that may be sent and not read; from 1 to 64.
    pub items: usize,
    /// The most bytes of anything; at least 256.
    pub bytes: usize,
    /// When a delivery comes again.
    pub ack_deadline: Duration,
    /// How long a group without subscribers may hold up publishers. Only for a transport that declares that such
    /// groups lapse.
    pub retention: Duration,
}

/// An open transport, seen from all sides. All may be the same value.
#[derive(Clone, Debug)]
pub struct Opened<C, S, P, U> {
    /// The side that asks.
    pub caller: C,
    /// The side that answers.
    pub server: S,
    /// The side that publishes.
    pub publisher: P,
    /// The side that subscribes.
    pub subscriber: U,
}
