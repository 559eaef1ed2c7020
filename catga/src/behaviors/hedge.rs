use core::future::{Future, poll_fn};
use core::pin::{Pin, pin};
use core::task::{self, Poll};
use core::time::Duration;

use pin_project_lite::pin_project;

use super::retry::Repeat;
use crate::error::{Class, Classify, Error};
use crate::mediator::needs_timer;
use crate::message::Outcome;
use crate::pipeline::{Behavior, Declares, Next};
use crate::scope::{Context, Dispatched, Frame, Mediator, Scope};
use crate::time::Timer;

/// Runs the rest of the chain once more when no answer has come in time, and takes the first success.
///
/// For what may run twice, at once: queries, and what says `idempotent`. Anything else does not compile,
/// nor does a stream, a message that is not `Clone`, or a handler inside of a transaction.
///
/// The time begins at the first wait, so an answer that comes at once pays no timer, but it does pay for a
/// clone of the message. The second run is of the same message: it has the same ids, the same deadline and
/// the same cancellation; what its handler sends has ids of its own, the same at each attempt of a `Retry` around. It
/// does not begin when the caller has cancelled. The run that is not needed is dropped where it waits; what it did by
/// then is done. One that has ended holds nothing while the other goes on.
///
/// A failure before the second run began is the answer: to run again is `Retry`'s work. After that a
/// failure of class `Permanent` is the answer, and any other waits for the other run; where both fail, the
/// answer is the later failure. Dropped, it drops both.
///
/// ```
/// use catga::prelude::*;
///
/// #[query(reply = u64)]
/// #[derive(Clone)]
/// struct Rate;
///
/// struct Rates;
///
/// #[handler]
/// impl Rates {
///     fn rate(&self, _query: Rate) -> u64 { 7 }
/// }
///
/// #[mediator]
/// #[pipeline(Timeout::secs(1), queries: Hedge::after_millis(50))]
/// struct App { rates: Rates }
///
/// # #[tokio::main(flavor = "current_thread")] async fn main() {
/// assert_eq!(App { rates: Rates }.send(Rate).await, Ok(7));
/// # }
/// ```
///
/// A command that does not say `idempotent`:
///
/// ```compile_fail
/// use catga::prelude::*;
///
/// #[command]
/// #[derive(Clone)]
/// struct Charge;
///
/// struct Payments;
///
/// #[handler]
/// impl Payments {
///     fn charge(&self, _command: Charge) {}
/// }
///
/// #[mediator]
/// #[pipeline(Hedge::after_millis(50))]
/// struct App { payments: Payments }
///
/// # #[tokio::main(flavor = "current_thread")] async fn main() {
/// App { payments: Payments }.send(Charge).await;
/// # }
/// ```
///
/// Source: Dean, Barroso, "The Tail at Scale", CACM 56(2), 2013.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Hedge {
    delay: Duration,
}

impl Hedge {
    /// A second run after this long without an answer; the 95th percentile of the first is a good choice.
    pub const fn after(delay: Duration) -> Self {
        Self { delay }
    }

    /// After so many milliseconds.
    pub const fn after_millis(millis: u64) -> Self {
        Self::after(Duration::from_millis(millis))
    }
}

/// A message that can be given to two runs.
#[diagnostic::on_unimplemented(
    message = "CATGA019: `Hedge` cannot run `{Self}` twice",
    label = "not `Clone`, or a stream",
    note = "derive `Clone` for `{Self}`; where it is a stream query, nothing can run it twice: write `queries: Hedge::..`, or opt out on its handler with `#[pipeline(without(Hedge))]`"
)]
pub trait Double: Repeat {}

#[diagnostic::do_not_recommend]
impl<M: Repeat> Double for M {}

impl Declares for Hedge {
    const NEEDS_TIMER: bool = true;
    const RUNS_TWICE: bool = true;
}

impl<M: Double, S: Dispatched> Behavior<M, S> for Hedge {
    #[inline]
    fn around<N: Next<M, S>>(
        &self,
        input: M::In<'_>,
        cx: &mut Context<S>,
        next: N,
    ) -> impl Future<Output = Outcome<M>> + Send {
        const {
            // What a pipeline shows is checked with the mediator; this is for what only a build knows.
            assert!(
                M::REPEATABLE,
                "CATGA019: `Hedge` runs a message twice, and this one does not say that it may; say `idempotent` on it or `queries: Hedge::after(..)`"
            );
            assert!(
                S::TWINS,
                "CATGA125: `Hedge` runs a handler twice, at once, inside of a transaction or a lock, which is for one run; move it outside of the behavior that begins one"
            );
            needs_timer::<<S::App as Mediator>::Timer>("Hedge");
        }
        async move {
            let root = cx.root();
            let Some(twin) = cx.twin() else { return next.run(input, cx).await };
            let [own, beside] = root.frame().forked();
            let mut first = pin!(Run::new(next.run(M::again(&input), cx), own, root.frame()));
            let answer = {
                let mut sleep = pin!(None);
                poll_fn(|task| {
                    if let Poll::Ready(outcome) = first.as_mut().poll(task) {
                        return Poll::Ready(Some(outcome));
                    }
                    if sleep.is_none() {
                        sleep.set(Some(root.app().timer().sleep(self.delay)));
                    }
                    let slept = sleep.as_mut().as_pin_mut().map(|sleep| sleep.poll(task));
                    if slept == Some(Poll::Ready(())) { Poll::Ready(None) } else { Poll::Pending }
                })
                .await
            };
            if let Some(outcome) = answer {
                return outcome;
            }
            let mut twin = Context::new(twin);
            if twin.is_cancelled() {
                return poll_fn(|task| first.as_mut().poll(task)).await;
            }
            let second = pin!(Run::new(next.run(input, &mut twin), beside, root.frame()));
            either(first, second).await
        }
    }
}

pin_project! {
    /// One of two runs of a handler in one frame. It is dropped when it ends, and counts for itself what it sends.
    struct Run<'f, F> {
        #[pin]
        run: Option<F>,
        sent: u32,
        frame: &'f Frame<'f>,
    }
}

impl<'f, F: Future> Run<'f, F> {
    const fn new(run: F, sent: u32, frame: &'f Frame<'f>) -> Self {
        Self { run: Some(run), sent, frame }
    }

    /// Waits for ever once it has ended.
    fn poll(self: Pin<&mut Self>, task: &mut task::Context<'_>) -> Poll<F::Output> {
        let mut this = self.project();
        let Some(run) = this.run.as_mut().as_pin_mut() else { return Poll::Pending };
        // Polls nest, so what is counted from here is sent by this run alone.
        let outer = Counted { frame: this.frame, sent: this.frame.counts_from(*this.sent) };
        let poll = run.poll(task);
        *this.sent = outer.frame.counted();
        drop(outer);
        if poll.is_ready() {
            this.run.set(None);
        }
        poll
    }

    const fn is_over(&self) -> bool {
        self.run.is_none()
    }
}

/// Dropped after a poll, or while it panics: what is outside goes on counting where it was.
struct Counted<'f> {
    frame: &'f Frame<'f>,
    sent: u32,
}

impl Drop for Counted<'_> {
    fn drop(&mut self) {
        self.frame.counts_from(self.sent);
    }
}

/// The first success, or the first failure that will not change, or the later failure.
async fn either<T, E: Classify, A, B>(
    mut first: Pin<&mut Run<'_, A>>,
    mut second: Pin<&mut Run<'_, B>>,
) -> Result<T, Error<E>>
where
    A: Future<Output = Result<T, Error<E>>>,
    B: Future<Output = Result<T, Error<E>>>,
{
    poll_fn(|task| {
        if let Poll::Ready(outcome) = first.as_mut().poll(task)
            && (second.is_over() || is_last_word(&outcome))
        {
            return Poll::Ready(outcome);
        }
        if let Poll::Ready(outcome) = second.as_mut().poll(task)
            && (first.is_over() || is_last_word(&outcome))
        {
            return Poll::Ready(outcome);
        }
        Poll::Pending
    })
    .await
}

/// Whether the other run could not say more.
fn is_last_word<T, E: Classify>(outcome: &Result<T, Error<E>>) -> bool {
    outcome.as_ref().err().is_none_or(|error| error.class() == Class::Permanent)
}
