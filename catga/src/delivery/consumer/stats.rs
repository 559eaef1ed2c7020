use crate::delivery::count::Count;

/// What a consumer has done so far, over all its runs, and what it is doing.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Stats {
    /// Endpoints that it is subscribed to now, counted for each run.
    pub subscribed: u64,
    /// Deliveries that it has now: those that are handled, and those that wait for their place.
    pub in_hand: u64,
    /// Messages that were handled and acknowledged.
    pub done: u64,
    /// Deliveries that the inbox knew for repeats of what was handled, and that were acknowledged unseen.
    pub repeated: u64,
    /// Deliveries that failed and were refused, to come again.
    pub retried: u64,
    /// Messages that the dead letters took.
    pub buried: u64,
    /// Deliveries that the dead letters did not take, and that were refused, to come again.
    pub unburied: u64,
    /// Deliveries that were handed back unseen, as the consumer stopped.
    pub returned: u64,
    /// Deliveries that were not finished within the grace, and were handed back.
    pub cut: u64,
    /// Deliveries that were lost before they were settled: a deadline passed, or the transport did not say that
    /// it took the acknowledgement or the refusal. They come again, and may have been handled.
    pub lost: u64,
}

/// All of them.
#[derive(Debug, Default)]
pub(super) struct Counts {
    pub(super) subscribed: Count,
    pub(super) in_hand: Count,
    pub(super) done: Count,
    pub(super) repeated: Count,
    pub(super) retried: Count,
    pub(super) buried: Count,
    pub(super) unburied: Count,
    pub(super) returned: Count,
    pub(super) cut: Count,
    pub(super) lost: Count,
}

impl Counts {
    pub(super) fn stats(&self) -> Stats {
        Stats {
            subscribed: self.subscribed.get(),
            in_hand: self.in_hand.get(),
            done: self.done.get(),
            repeated: self.repeated.get(),
            retried: self.retried.get(),
            buried: self.buried.get(),
            unburied: self.unburied.get(),
            returned: self.returned.get(),
            cut: self.cut.get(),
            lost: self.lost.get(),
        }
    }
}
