use super::{AtomicU64, Ordering};

/// How many retries there may be in all: what keeps many callers from making the outage worse that they meet.
///
/// It holds so many retries, and is full at first. Each call puts a part of one in, as far as there is room, and each
/// retry takes one out; where there is none left, the error is the answer. So of `n` calls at most `most` and `percent`
/// of a hundred are run again, whoever makes them and in whatever order: a service that is down is called once a call
/// and a little more, and not four times.
///
/// Give it to [`Retry`](super::Retry), as a field of the mediator or of the handler set, or as an `Arc` where several
/// share what is behind them. A retry that is given up before it runs, as its caller leaves or cancels in the wait
/// before it, is put back. Nothing is allocated, and a budget that is full is only read.
///
/// ```
/// use catga::prelude::*;
/// use catga::behaviors::RetryBudget;
///
/// #[query(reply = u64)]
/// #[derive(Clone)]
/// struct Rate;
///
/// struct Rates { budget: RetryBudget }
///
/// #[handler]
/// #[pipeline(Retry::times(3).within(self.budget))]
/// impl Rates {
///     fn rate(&self, _query: Rate) -> u64 { 7 }
/// }
///
/// #[mediator]
/// struct App { rates: Rates }
///
/// # #[tokio::main(flavor = "current_thread")] async fn main() {
/// let app = App { rates: Rates { budget: RetryBudget::new(10, 20) } };
/// assert_eq!(app.send(Rate).await, Ok(7));
/// assert_eq!(app.rates.budget.left(), 10);
/// # }
/// ```
///
/// Source: Finagle's `RetryBudget`; Beyer et al., "Site Reliability Engineering", 2016, chapter 21.
#[derive(Debug)]
pub struct RetryBudget {
    /// In hundredths of a retry.
    saved: AtomicU64,
    most: u64,
    each: u64,
}

/// A retry, in what a call puts in.
const ONE: u64 = 100;

impl RetryBudget {
    /// Holds `most` retries (at least one); each call puts `percent` hundredths of one in, at most a whole one.
    pub const fn new(most: u32, percent: u8) -> Self {
        let most = if most == 0 { ONE } else { most as u64 * ONE };
        let each = if percent > 100 { ONE } else { percent as u64 };
        Self { saved: AtomicU64::new(most), most, each }
    }

    /// How many retries there may be now.
    pub fn left(&self) -> u32 {
        u32::try_from(self.saved.load(Ordering::Relaxed) / ONE).unwrap_or(u32::MAX)
    }

    /// Puts so much in, as far as there is room.
    fn put(&self, hundredths: u64) {
        // Relaxed: nothing else is told by it.
        let _full = self.saved.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |saved| {
            (saved < self.most).then(|| self.most.min(saved + hundredths))
        });
    }
}

/// Whether there may be another retry: [`RetryBudget`], or one of your own; `()` always says yes.
///
/// It is asked in the call, so it must not wait.
pub trait Budget: Send + Sync {
    /// A call begins, which is no retry.
    fn begin(&self);

    /// Takes a retry out, where there is one.
    fn take(&self) -> bool;

    /// Puts one back that was taken and did not run.
    fn put_back(&self);
}

impl Budget for RetryBudget {
    #[inline]
    fn begin(&self) {
        self.put(self.each);
    }

    fn take(&self) -> bool {
        let take = |saved: u64| saved.checked_sub(ONE);
        self.saved.fetch_update(Ordering::Relaxed, Ordering::Relaxed, take).is_ok()
    }

    fn put_back(&self) {
        self.put(ONE);
    }
}

/// As many as there are.
impl Budget for () {
    #[inline]
    fn begin(&self) {}

    #[inline]
    fn take(&self) -> bool {
        true
    }

    #[inline]
    fn put_back(&self) {}
}

/// A retry that was taken out, until it runs: it is put back when this is dropped.
pub(super) struct Taken<B: Budget>(B);

impl<B: Budget> Taken<B> {
    /// One, where there is one.
    #[inline]
    pub(super) fn out_of(budget: B) -> Option<Self> {
        budget.take().then(|| Self(budget))
    }

    /// It runs.
    #[inline]
    pub(super) fn spend(self) {
        core::mem::forget(self);
    }
}

impl<B: Budget> Drop for Taken<B> {
    #[inline]
    fn drop(&mut self) {
        self.0.put_back();
    }
}
