use core::pin::Pin;
use core::task::{Context, Poll};

use bytes::Bytes;

use super::pipe::Pipe;
use super::{Arc, TransportError};
use crate::time::Timer;

/// A request for items that was written, as who reads them holds it.
pub(in crate::transport) trait Written: Send {
    /// One more was read.
    #[inline]
    fn read_one(&mut self) {}

    /// Nobody reads them any more.
    fn abandon(&self);
}

/// The items of one answer, until they end or their time is over. Dropping it abandons the request.
pub(in crate::transport) struct Items<W: Written, T: Timer> {
    written: W,
    pipe: Arc<Pipe<Bytes>>,
    over: Option<Pin<Box<T::Sleep>>>,
}

impl<W: Written, T: Timer> Items<W, T> {
    pub(in crate::transport) const fn new(
        written: W,
        pipe: Arc<Pipe<Bytes>>,
        over: Option<Pin<Box<T::Sleep>>>,
    ) -> Self {
        Self { written, pipe, over }
    }

    /// The next item; after the last one the error, if there is one, and then nothing.
    pub(in crate::transport) fn poll_next(
        &mut self,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Bytes, TransportError>>> {
        let next = self.pipe.next(cx.waker());
        if let Poll::Ready(Some(Ok(_))) = next {
            self.written.read_one();
        }
        if next.is_pending()
            && let Some(over) = &mut self.over
            && over.as_mut().poll(cx).is_ready()
        {
            self.over = None;
            drop(self.pipe.leave());
            self.written.abandon();
            return Poll::Ready(Some(Err(TransportError::TimedOut)));
        }
        next
    }
}

impl<W: Written, T: Timer> Drop for Items<W, T> {
    fn drop(&mut self) {
        drop(self.pipe.leave());
        self.written.abandon();
    }
}
