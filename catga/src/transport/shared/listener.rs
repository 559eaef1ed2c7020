use core::fmt;
use core::future::poll_fn;
use core::task::{Poll, Waker};

use super::{Arc, TransportError};

/// Where requests are taken.
pub(in crate::transport) trait Takes: Send + Sync + 'static {
    /// A request that was taken.
    type Taken: Send;

    /// One more listens; the number is its own.
    fn listen(&self) -> Result<u64, TransportError>;

    /// One listens no longer. With the last, what waits is refused.
    fn leave(&self, listener: u64);

    /// The next request; `None` when there will be none.
    fn take(&self, listener: u64, waker: &Waker) -> Poll<Option<Self::Taken>>;

    /// A listener waits no longer; where it was woken for a request, another is.
    fn stop_taking(&self, listener: u64);
}

/// One who listens. Dropping it stops listening.
pub(in crate::transport) struct Listener<P: Takes> {
    place: Arc<P>,
    number: u64,
}

/// Gives the wake-up for a request on, where it is not taken.
struct Taking<'l, P: Takes> {
    listener: &'l Listener<P>,
    waits: bool,
}

impl<P: Takes> Listener<P> {
    pub(in crate::transport) fn new(place: Arc<P>) -> Result<Self, TransportError> {
        let number = place.listen()?;
        Ok(Self { place, number })
    }

    pub(in crate::transport) const fn place(&self) -> &Arc<P> {
        &self.place
    }

    /// The next request; `None` when there will be none. Cancel safe.
    #[inline]
    pub(in crate::transport) async fn next(&self) -> Option<P::Taken> {
        let mut taking = Taking { listener: self, waits: false };
        poll_fn(|cx| {
            let taken = self.place.take(self.number, cx.waker());
            taking.waits = taken.is_pending();
            taken
        })
        .await
    }
}

impl<P: Takes> Drop for Taking<'_, P> {
    #[inline]
    fn drop(&mut self) {
        if self.waits {
            self.listener.place.stop_taking(self.listener.number);
        }
    }
}

impl<P: Takes> Drop for Listener<P> {
    fn drop(&mut self) {
        self.place.leave(self.number);
    }
}

impl<P: Takes> fmt::Debug for Listener<P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Listener").field("number", &self.number).finish_non_exhaustive()
    }
}
