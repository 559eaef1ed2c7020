use core::future::Future;
use core::time::Duration;

use super::Capabilities;
use crate::message::Qos;

/// What moves bytes between those who share it or are connected by it. It knows nothing of messages.
///
/// It can do one thing or more: [`Requests`](super::Requests) for those who ask, [`Listens`](super::Listens)
/// for those who answer, and [`Delivers`](super::Delivers) for publishing and subscribing.
pub trait Transport: Send + Sync + 'static {
    /// What it promises.
    const CAPABILITIES: Capabilities;
    /// The highest quality of service that it honours.
    const HONOURS: Qos = Self::CAPABILITIES.qos;

    /// Takes nothing new, and waits until what it has taken has arrived, at most for `grace`.
    ///
    /// What comes from now on, and what still waits for room, answers `Closed`. Requests that were
    /// written are answered as long as there is grace, then they are `Lost`; subscriptions go on until
    /// their queues are empty, then they end. Any number of callers may close it, at once or one after
    /// the other; all get the same answer. Cancel safe: who drops it leaves a transport that takes
    /// nothing new.
    fn close(&self, grace: Duration) -> impl Future<Output = Leftover> + Send;
}

/// What was not finished when a transport had closed: what is lost with it, unless it is durable.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Leftover {
    /// Requests that were cut off.
    pub requests: usize,
    /// Parcels, counted for each group, that nobody has acknowledged.
    pub parcels: usize,
}

impl Leftover {
    /// Whether everything was finished.
    pub const fn is_nothing(self) -> bool {
        self.requests == 0 && self.parcels == 0
    }
}
