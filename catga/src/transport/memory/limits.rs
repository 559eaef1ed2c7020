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
}

impl Default for Limits {
    /// 1 024 in flight, 1 024 queued, 64 items, 16 MiB, 30 seconds.
    fn default() -> Self {
        Self {
            in_flight: 1_024,
            queued: 1_024,
            items: 64,
            bytes: 16 * 1_024 * 1_024,
            ack_deadline: Duration::from_secs(30),
        }
    }
}
