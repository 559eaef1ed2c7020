use core::future::Future;
use core::time::Duration;

use super::budget::{Budget, Taken};
use crate::error::{Class, Classify};
use crate::mediator::needs_timer;
use crate::message::{Message, Outcome};
use crate::pipeline::{Behavior, Declares, Next};
use crate::scope::{Context, Dispatched, Mediator};
use crate::time::{Clock, Random, Timer, backoff};

/// Runs the rest of the chain again when it failed with what may pass: classes `Transient` and
/// `Conflict`, and `Unknown` where the message may be repeated (queries, and what says `idempotent`).
///
/// What its handler sends has the ids that it had at the attempt before, so that who takes effect once answers from its
/// record.
///
/// It waits with full jitter: a random time up to `base * 2^attempt`, at most `cap`, and at least as
/// long as the error asks for ([`Classify::retry_after`]). It gives up, with the last error, when the wait would
/// pass the deadline, the caller has cancelled, or the [budget](Retry::within) is spent. Dropped while it waits, it does
/// not run again; cancelled while it waits, it ends when the wait does.
///
/// Source: Brooker, "Exponential Backoff and Jitter", AWS Architecture Blog, 2015.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Retry<B = ()> {
    times: u32,
    base: Duration,
    cap: Duration,
    budget: B,
}

impl Retry {
    /// At most so many times beyond the first, with a base of 50 ms and a cap of 5 s.
    pub const fn times(times: u32) -> Self {
        Self { times, base: Duration::from_millis(50), cap: Duration::from_secs(5), budget: () }
    }

    /// As long as the budget lasts, which many share: `Retry::times(3).within(self.budget)`, over a
    /// [`RetryBudget`](super::RetryBudget) that is a field.
    pub const fn within<B: Budget + Copy>(self, budget: B) -> Retry<B> {
        Retry { times: self.times, base: self.base, cap: self.cap, budget }
    }
}

impl<B> Retry<B> {
    /// The longest first wait; it doubles with every attempt.
    #[must_use]
    pub const fn base(mut self, base: Duration) -> Self {
        self.base = base;
        self
    }

    /// The longest jittered wait; an error may ask for a longer one.
    #[must_use]
    pub const fn cap(mut self, cap: Duration) -> Self {
        self.cap = cap;
        self
    }

    fn wait(&self, attempt: u32, error: &impl Classify, random: &impl Random) -> Duration {
        backoff::jittered(backoff::longest(self.base, attempt, self.cap), error.retry_after(), random)
    }
}

/// A message that can be given twice.
#[diagnostic::on_unimplemented(
    message = "CATGA015: `Retry` cannot repeat `{Self}`",
    label = "not `Clone`, or a stream",
    note = "derive `Clone` for `{Self}`; where it is a stream query, nothing can repeat it: write `queries: Retry::..` and `commands: Retry::..`, or opt out on its handler with `#[pipeline(without(Retry))]`"
)]
pub trait Repeat: Message {
    /// What travels, once more.
    fn again<'a>(input: &Self::In<'a>) -> Self::In<'a>;
}

#[diagnostic::do_not_recommend]
impl<M: Message> Repeat for M
where
    for<'a> M::In<'a>: Clone,
{
    #[inline]
    fn again<'a>(input: &M::In<'a>) -> M::In<'a> {
        input.clone()
    }
}

impl<B> Declares for Retry<B> {
    const NEEDS_TIMER: bool = true;
}

impl<M: Repeat, S: Dispatched, B: Budget + Copy> Behavior<M, S> for Retry<B> {
    #[inline]
    fn around<N: Next<M, S>>(
        &self,
        input: M::In<'_>,
        cx: &mut Context<S>,
        next: N,
    ) -> impl Future<Output = Outcome<M>> + Send {
        const { needs_timer::<<S::App as Mediator>::Timer>("Retry") };
        async move {
            self.budget.begin();
            let mut attempt = 0;
            loop {
                let error = match next.run(M::again(&input), cx).await {
                    Err(error) if attempt < self.times && repeats::<M>(error.class()) => error,
                    outcome => return outcome,
                };
                let wait = self.wait(attempt, &error, cx.app().random());
                if cx.is_cancelled() || cx.deadline().is_some_and(|at| cx.clock().now().later(wait) >= at) {
                    return Err(error);
                }
                let Some(taken) = Taken::out_of(self.budget) else { return Err(error) };
                cx.timer().sleep(wait).await;
                if cx.is_cancelled() {
                    return Err(error);
                }
                taken.spend();
                attempt += 1;
                cx.frame().sends_again();
            }
        }
    }
}

fn repeats<M: Message>(class: Class) -> bool {
    match class {
        Class::Transient | Class::Conflict => true,
        Class::Unknown => M::REPEATABLE,
        Class::Permanent => false,
    }
}
