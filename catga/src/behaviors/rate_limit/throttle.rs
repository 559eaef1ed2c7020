use core::future::{Future, poll_fn};
use core::pin::Pin;
use core::task::{self, Poll, ready};

use pin_project_lite::pin_project;

use super::RateLimit;
use crate::behaviors::{Bulkhead, Idle};
use crate::error::Error;
use crate::mediator::{needs_clock, needs_timer};
use crate::message::{Message, Outcome};
use crate::pipeline::{Behavior, Declares, Next};
use crate::scope::{Context, Dispatched, Mediator, Scope as _};
use crate::time::{Clock, Timer};

/// Lets so many messages begin in a time, and the rest wait for their turn, first come first served: a
/// [`RateLimit`] with a line in front of it.
///
/// So many may wait at a time; who finds the line full is refused with
/// [`Error::Unavailable`](crate::Error::Unavailable), and so is at once who would not begin before its deadline.
/// Both say how long it would have been.
///
/// A call that is dropped while it waits leaves the line and costs no token; one that is cancelled ends with
/// [`Error::Cancelled`](crate::Error::Cancelled) when its turn comes. A token is spent when the message begins, and
/// a call that is dropped or fails after that does not give it back. A stream spends one.
///
/// Where there is a token it costs what a [`RateLimit`] costs; those who wait have a place in a queue, and the
/// first of them a timer. It has a state, so it is a field:
///
/// ```
/// # use catga::prelude::*;
/// # #[query(reply = u8)] struct Rate;
/// struct Rates { limit: Throttle }
///
/// #[handler]
/// #[pipeline(Timeout::secs(2), self.limit)]
/// impl Rates {
///     fn rate(&self, _query: Rate) -> u8 { 7 }
/// }
/// let rates = Rates { limit: RateLimit::per_second(100).burst(10).waiting(1_000) };
/// ```
#[derive(Debug)]
pub struct Throttle {
    limit: RateLimit,
    /// Has one place, for who waits for the next token; behind it stand the others.
    line: Bulkhead,
}

impl Throttle {
    pub(super) const fn new(limit: RateLimit, most: u32) -> Self {
        Self { limit, line: Bulkhead::new(1, most.saturating_sub(1)) }
    }

    /// How many messages wait now.
    pub fn waiting(&self) -> u32 {
        self.line.running().saturating_add(self.line.waiting())
    }

    /// A token, where there is one and nobody waits for it.
    #[inline]
    fn take(&self, clock: &impl Clock) -> bool {
        self.line.running() == 0 && self.limit.take(clock).is_ok()
    }

    /// Waits for a token, or says that it is of no use.
    async fn turn<E, S: Dispatched>(&self, root: S::Root) -> Result<(), Error<E>> {
        let (clock, frame) = (root.app().clock(), root.frame());
        let deadline = frame.deadline(clock);
        let refuse = |after| Err(Error::Unavailable { retry_after: Some(after) });
        let is_late = |after| deadline.is_some_and(|at| clock.now().later(after) >= at);
        // Those in line before this one only get fewer.
        let at_most = self.limit.early(clock).saturating_add(self.limit.spacing().saturating_mul(self.waiting()));
        if is_late(at_most) {
            return refuse(at_most);
        }
        let mut line = self.line.wait();
        let Some(_first) = poll_fn(|task| line.poll(task)).await else { return refuse(at_most) };
        loop {
            if frame.is_cancelled() {
                return Err(Error::Cancelled);
            }
            match self.limit.take(clock) {
                Ok(()) => return Ok(()),
                // A timer may have been late.
                Err(after) if is_late(after) => return refuse(after),
                Err(after) => root.app().timer().sleep(after).await,
            }
        }
    }
}

impl Idle for Throttle {
    fn is_idle(&self, clock: &impl Clock) -> bool {
        self.waiting() == 0 && self.limit.is_idle(clock)
    }
}

impl Declares for Throttle {
    const NEEDS_TIMER: bool = true;
    const NEEDS_CLOCK: bool = true;
}

impl<M: Message, S: Dispatched> Behavior<M, S> for Throttle {
    #[inline]
    fn around<N: Next<M, S>>(
        &self,
        input: M::In<'_>,
        cx: &mut Context<S>,
        next: N,
    ) -> impl Future<Output = Outcome<M>> + Send {
        const {
            needs_clock::<<S::App as Mediator>::Clock>("Throttle");
            needs_timer::<<S::App as Mediator>::Timer>("Throttle");
        }
        let (root, has_token) = (cx.root(), self.take(cx.clock()));
        Throttled::new(has_token, move || next.run(input, cx), move || self.turn::<M::Error, S>(root))
    }
}

pin_project! {
    /// A call that has its token, or waits for one. What it is made of and what it becomes share their bytes.
    #[project = ThrottledProjection]
    enum Throttled<F, G, W> {
        Waiting {
            start: Option<G>,
            #[pin]
            turn: W,
        },
        Running {
            #[pin]
            run: F,
        },
    }
}

impl<F, G: FnOnce() -> F, W> Throttled<F, G, W> {
    #[inline]
    fn new(has_token: bool, start: G, turn: impl FnOnce() -> W) -> Self {
        if has_token { Self::Running { run: start() } } else { Self::Waiting { start: Some(start), turn: turn() } }
    }
}

impl<T, E, F, G, W> Future for Throttled<F, G, W>
where
    F: Future<Output = Result<T, Error<E>>>,
    G: FnOnce() -> F,
    W: Future<Output = Result<(), Error<E>>>,
{
    type Output = Result<T, Error<E>>;

    #[inline(always)]
    fn poll(mut self: Pin<&mut Self>, cx: &mut task::Context<'_>) -> Poll<Self::Output> {
        loop {
            match self.as_mut().project() {
                ThrottledProjection::Running { run } => return run.poll(cx),
                ThrottledProjection::Waiting { start, turn } => {
                    ready!(turn.poll(cx))?;
                    // Taken once, as it then runs.
                    let Some(start) = start.take() else { return Poll::Pending };
                    let run = start();
                    self.set(Self::Running { run });
                }
            }
        }
    }
}
