use core::future::Future;
use core::pin::Pin;
use core::task::{Context, Poll};
use core::time::Duration;

use pin_project_lite::pin_project;

use crate::time::Timer;

pin_project! {
    /// A budget: the wait begins at its first poll, so that what is ready at once waits for nothing.
    #[project = BudgetProjection]
    pub(in crate::transport) struct Budget<'t, T: Timer> {
        timer: &'t T,
        budget: Option<Duration>,
        #[pin]
        sleep: Option<T::Sleep>,
    }
}

impl<'t, T: Timer> Budget<'t, T> {
    pub(in crate::transport) const fn new(timer: &'t T, budget: Option<Duration>) -> Self {
        Self { timer, budget, sleep: None }
    }

    /// Ready when it has run out; without one, never.
    #[inline]
    pub(in crate::transport) fn poll_over(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        let mut this = self.project();
        if let Some(budget) = this.budget.take() {
            this.sleep.set(Some(this.timer.sleep(budget)));
        }
        match this.sleep.as_pin_mut() {
            Some(sleep) => sleep.poll(cx),
            None => Poll::Pending,
        }
    }
}
