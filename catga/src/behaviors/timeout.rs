use core::future::Future;
use core::pin::Pin;
use core::task::{self, Poll};
use core::time::Duration;

use pin_project_lite::pin_project;

use crate::error::Error;
use crate::mediator::needs_timer;
use crate::message::{Message, Outcome};
use crate::pipeline::{Behavior, Declares, Next};
use crate::scope::{Context, Dispatched, Frame, Limit, Mediator, Scope};
use crate::time::Timer;

/// Ends what takes too long with [`Error::Timeout`], and sets the deadline that handlers and retries
/// inside of it see.
///
/// The time begins at the first wait, or when the deadline is first read: a handler that never waits
/// pays no timer and no clock. When the time is up the handler is dropped where it waits; what it did
/// by then is done, so the class is `Unknown`. Around a stream it bounds the whole stream, and the
/// error is its last item. Outside of a `Retry` it bounds all attempts together, inside each of them.
///
/// A call that is dropped before its time is up drops the handler in the same way, and the timer with it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Timeout {
    limit: Limit,
}

impl Timeout {
    /// After this long.
    pub const fn after(span: Duration) -> Self {
        Self { limit: Limit::span(span) }
    }

    /// After so many seconds.
    pub const fn secs(secs: u64) -> Self {
        Self::after(Duration::from_secs(secs))
    }

    /// After so many milliseconds.
    pub const fn millis(millis: u64) -> Self {
        Self::after(Duration::from_millis(millis))
    }
}

type TimerOf<S> = <<S as Scope>::App as Mediator>::Timer;

impl Declares for Timeout {
    const NEEDS_TIMER: bool = true;
}

impl<M: Message, S: Dispatched> Behavior<M, S> for Timeout {
    #[inline]
    fn around<N: Next<M, S>>(
        &self,
        input: M::In<'_>,
        cx: &mut Context<S>,
        next: N,
    ) -> impl Future<Output = Outcome<M>> + Send {
        const { needs_timer::<TimerOf<S>>("Timeout") };
        let root = cx.root();
        Limited::<_, S> { run: next.run(input, cx), sleep: None, root, limit: self.limit }
    }
}

pin_project! {
    struct Limited<F, S: Dispatched> {
        #[pin]
        run: F,
        #[pin]
        sleep: Option<<TimerOf<S> as Timer>::Sleep>,
        root: S::Root,
        limit: Limit,
    }
}

/// Dropped while what is inside is polled: that has panicked, and whoever catches it is outside of the limit.
struct Tightened<'f> {
    frame: &'f Frame<'f>,
    outer: Limit,
}

impl Drop for Tightened<'_> {
    fn drop(&mut self) {
        self.frame.set_limit(self.outer);
    }
}

impl<T, E, F, S> Future for Limited<F, S>
where
    F: Future<Output = Result<T, Error<E>>>,
    S: Dispatched,
{
    type Output = Result<T, Error<E>>;

    #[inline(always)]
    fn poll(self: Pin<&mut Self>, cx: &mut task::Context<'_>) -> Poll<Self::Output> {
        let mut this = self.project();
        let (frame, app) = (this.root.frame(), this.root.app());
        // Polls nest, so a limit that is set before a poll and taken back after it is seen by exactly
        // what runs inside.
        let limit = *this.limit;
        let outer = frame.tighten(limit, app.clock());
        let tightened = Tightened { frame, outer };
        let poll = this.run.poll(cx);
        core::mem::forget(tightened);
        let inner = frame.limit();
        // An outer span that was the shorter and was read inside has begun, too.
        let is_read = inner != limit && inner.is_begun_of(outer, limit);
        frame.set_limit(if is_read { inner } else { outer });
        if poll.is_ready() {
            return poll;
        }
        if this.sleep.is_none() {
            let (limit, left) = this.limit.begin(outer, inner, app.clock());
            *this.limit = limit;
            this.sleep.set(Some(app.timer().sleep(left)));
        }
        match this.sleep.as_pin_mut().map(|sleep| sleep.poll(cx)) {
            Some(Poll::Ready(())) => Poll::Ready(Err(Error::Timeout)),
            _ => Poll::Pending,
        }
    }
}
