use core::future::Future;
use core::pin::Pin;
use core::task::{Context, Poll};

use pin_project_lite::pin_project;

use crate::scope::{Mediator, Place};
use crate::time::Timer;

/// What has arrived with a budget ends with it, and is then `None`: nobody waits for the answer any longer.
#[inline]
pub(super) fn within<'t, F: Future, A: Mediator>(run: F, place: &'t Place<'t, A>) -> Within<'t, F, A> {
    Within { run, sleep: None, place }
}

pin_project! {
    pub(super) struct Within<'t, F, A: Mediator> {
        #[pin]
        run: F,
        #[pin]
        sleep: Option<<A::Timer as Timer>::Sleep>,
        // One word, in which all is found that few ask for.
        place: &'t Place<'t, A>,
    }
}

impl<F: Future, A: Mediator> Future for Within<'_, F, A> {
    type Output = Option<F::Output>;

    #[inline]
    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let this = self.project();
        if let Poll::Ready(outcome) = this.run.poll(cx) {
            return Poll::Ready(Some(outcome));
        }
        if is_over(this.sleep, this.place, cx) { Poll::Ready(None) } else { Poll::Pending }
    }
}

/// Whether the budget is used up, which begins with the first wait. A function of its own, so that what is ready at
/// once is not in its way.
#[inline(never)]
fn is_over<A: Mediator>(
    mut sleep: Pin<&mut Option<<A::Timer as Timer>::Sleep>>,
    place: &Place<'_, A>,
    cx: &mut Context<'_>,
) -> bool {
    if let (true, None, Some(budget)) = (A::Timer::WAITS, sleep.as_ref().get_ref(), place.frame().budget()) {
        sleep.set(Some(place.app().timer().sleep(budget)));
    }
    sleep.as_pin_mut().is_some_and(|sleep| sleep.poll(cx).is_ready())
}
