use core::future::Future;
use core::pin::Pin;
use core::task::{Context, Poll};

use pin_project_lite::pin_project;

use crate::error::{Panic, caught};

/// A future whose panic is its answer, whether it panics when it is polled or when it is dropped. What it holds is
/// dropped before it answers.
pub(crate) fn contain<F: Future>(future: F) -> Contained<F> {
    Contained { future: Some(future) }
}

pin_project! {
    pub(crate) struct Contained<F> {
        #[pin]
        future: Option<F>,
    }

    impl<F> PinnedDrop for Contained<F> {
        fn drop(this: Pin<&mut Self>) {
            let mut this = this.project();
            // Nobody is left to tell.
            drop(caught(|| this.future.set(None)));
        }
    }
}

impl<F: Future> Future for Contained<F> {
    type Output = Result<F::Output, Panic>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let mut this = self.project();
        let polled = caught(|| match this.future.as_mut().as_pin_mut() {
            Some(future) => future.poll(cx),
            None => Poll::Pending,
        });
        let output = match polled {
            Ok(Poll::Pending) => return Poll::Pending,
            Ok(Poll::Ready(output)) => Ok(output),
            Err(panic) => Err(panic),
        };
        // A panic of the drop is the answer only where there was none before.
        let dropped = caught(|| this.future.set(None));
        Poll::Ready(output.and_then(|output| dropped.map(|()| output)))
    }
}
