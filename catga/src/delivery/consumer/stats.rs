use portable_atomic::{AtomicU64, Ordering};

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

/// One number of them.
#[derive(Debug, Default)]
pub(super) struct Count(AtomicU64);

impl Count {
    pub(super) fn add(&self) {
        self.0.fetch_add(1, Ordering::Relaxed);
    }

    pub(super) fn remove(&self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }

    fn get(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }

    /// One more as long as it is not dropped.
    pub(super) fn hold(&self) -> Held<'_> {
        self.add();
        Held(self)
    }
}

pub(super) struct Held<'c>(&'c Count);

impl Drop for Held<'_> {
    fn drop(&mut self) {
        self.0.remove();
    }
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
    pub(super) fn snapshot(&self) -> Stats {
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
