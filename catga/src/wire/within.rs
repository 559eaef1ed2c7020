use core::future::Future;
use core::pin::Pin;
use core::task::{Context, Poll};

use pin_project_lite::pin_project;

use crate::envelope::Envelope;
use crate::error::Error;
use crate::time::Timer;

/// What has arrived with a budget ends with it: nobody waits for the answer any longer.
#[inline]
pub(super) fn within<'t, T, E, F, W>(run: F, arrived: &'t Envelope<'t>, timer: &'t W) -> Within<'t, F, W>
where
    F: Future<Output = Result<T, Error<E>>>,
    W: Timer,
{
    Within { run, sleep: None, arrived, timer }
}

pin_project! {
    pub(super) struct Within<'t, F, W: Timer> {
        #[pin]
        run: F,
        #[pin]
        sleep: Option<W::Sleep>,
        arrived: &'t Envelope<'t>,
        timer: &'t W,
    }
}

impl<T, E, F, W> Future for Within<'_, F, W>
where
    F: Future<Output = Result<T, Error<E>>>,
    W: Timer,
{
    type Output = Result<T, Error<E>>;

    #[inline]
    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let this = self.project();
        if let Poll::Ready(outcome) = this.run.poll(cx) {
            return Poll::Ready(outcome);
        }
        if is_over(this.sleep, this.arrived, this.timer, cx) { Poll::Ready(Err(Error::Timeout)) } else { Poll::Pending }
    }
}

/// Whether the budget is used up, which begins with the first wait. A function of its own, so that what is ready at
/// once is not in its way.
#[inline(never)]
fn is_over<W: Timer>(
    mut sleep: Pin<&mut Option<W::Sleep>>,
    arrived: &Envelope<'_>,
    timer: &W,
    cx: &mut Context<'_>,
) -> bool {
    if let (true, None, Some(budget)) = (W::WAITS, sleep.as_ref().get_ref(), arrived.budget) {
        sleep.set(Some(timer.sleep(budget)));
    }
    sleep.as_pin_mut().is_some_and(|sleep| sleep.poll(cx).is_ready())
}
