use core::hash::Hash;
use core::task::{Context, Poll, ready};

use super::Arc;
use super::gather::{Gather, Gathered, Phase, Run, Taken};

/// A caller's seat in a batch, from its item to its answer. Dropping it gives it up.
pub(super) struct Seat<'g, K: Eq + Hash + Clone, I, A, D> {
    gather: &'g Gather<K, I, A, D>,
    batch: Arc<Gathered<K, I, A, D>>,
    number: u64,
    is_answered: bool,
}

impl<'g, K: Eq + Hash + Clone, I, A, D> Seat<'g, K, I, A, D> {
    pub(super) const fn new(gather: &'g Gather<K, I, A, D>, batch: Arc<Gathered<K, I, A, D>>, number: u64) -> Self {
        Self { gather, batch, number, is_answered: false }
    }
}

impl<K: Eq + Hash + Clone, I, A, D: Clone> Seat<'_, K, I, A, D> {
    /// The item's answer; `None` where the batch answered another number of items than it was given.
    ///
    /// One of a batch's callers drives it: it waits until the batch `is_due`, `begin`s it and polls it. The
    /// others wait for their answers, or until it is their turn to drive.
    pub(super) fn poll(
        &mut self,
        cx: &mut Context<'_>,
        mut is_due: impl FnMut(&D, &mut Context<'_>) -> Poll<()>,
        begin: impl Fn(&K, Vec<I>) -> Run<A>,
    ) -> Poll<Option<A>> {
        loop {
            let mut state = self.batch.lock();
            let driver = state.driver;
            let old = match state.seat(self.number) {
                Some(Taken::Answered(answer)) => {
                    self.is_answered = true;
                    return Poll::Ready(answer.take());
                }
                // Also while it drives: another may become the driver.
                Some(Taken::Waits(_, waker)) => match waker {
                    Some(waker) if waker.will_wake(cx.waker()) => None,
                    _ => waker.replace(cx.waker().clone()),
                },
                Some(Taken::Left) | None => return Poll::Ready(None),
            };
            if driver != self.number {
                drop(state);
                drop(old);
                return Poll::Pending;
            }
            let mut run = match core::mem::replace(&mut state.phase, Phase::Away) {
                Phase::Gathers => {
                    state.phase = Phase::Gathers;
                    let due = state.due.clone();
                    drop(state);
                    drop(old);
                    ready!(is_due(&due, cx));
                    self.gather.close(&self.batch);
                    continue;
                }
                Phase::Closed => {
                    let items = state.items();
                    drop(state);
                    begin(&self.batch.key, items)
                }
                Phase::Runs(run) => {
                    drop(state);
                    run
                }
                // Only where a poll of the run has panicked.
                Phase::Away => return Poll::Ready(None),
            };
            drop(old);
            let poll = run.as_mut().poll(cx);
            match poll {
                Poll::Pending => {
                    self.batch.lock().phase = Phase::Runs(run);
                    return Poll::Pending;
                }
                Poll::Ready(answers) => {
                    drop(run);
                    self.batch.answer(answers);
                }
            }
        }
    }
}

impl<K: Eq + Hash + Clone, I, A, D> Drop for Seat<'_, K, I, A, D> {
    fn drop(&mut self) {
        if !self.is_answered {
            self.gather.leave(&self.batch, self.number);
        }
    }
}
