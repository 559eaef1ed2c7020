use core::time::Duration;

/// How much a [`Memory`](super::Memory) holds. What finds it full waits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Requests at an endpoint that are written and not answered, or answered by somebody whose caller
    /// has gone. At least one.
    pub in_flight: usize,
    /// Parcels of a group that are not acknowledged. At least one.
    pub queued: usize,
    /// Items of one answer that are sent and not read. At least one.
    pub items: usize,
    /// Bytes of one request, answer, item or parcel.
    pub bytes: usize,
    /// How long a delivery may take before it comes again.
    pub ack_deadline: Duration,
    /// How long a group that has no subscriber keeps its place although others need it. From then on it ends where it
    /// is full and holds up a publisher, or where there are as many groups as there may be: what it has not got is
    /// dropped. `Duration::MAX` for ever.
    pub retention: Duration,
}

impl Default for Limits {
    /// 1 024 in flight, 1 024 queued, 64 items, 16 MiB, 30 seconds, and 10 minutes of retention.
    fn default() -> Self {
        Self {
            in_flight: 1_024,
            queued: 1_024,
            items: 64,
            bytes: 16 * 1_024 * 1_024,
            ack_deadline: Duration::from_secs(30),
            retention: Duration::from_secs(600),
        }
    }
}
