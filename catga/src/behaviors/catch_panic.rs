use core::future::Future;
use core::pin::Pin;
use core::task::{self, Poll};

use pin_project_lite::pin_project;

use crate::error::{Error, caught};
use crate::message::{Message, Outcome};
use crate::pipeline::{Behavior, Next};
use crate::scope::{Context, Dispatched};

/// Turns a panic in the rest of the chain into [`Error::Panicked`] of that message, class `Unknown`.
///
/// Around a stream the error is its last item; what panics in the rows themselves passes beside the
/// chain, and so goes on to whoever polls the stream. A program that is built with `panic = "abort"`
/// ends all the same.
///
/// Dropped, it drops what is inside of it; a panic of that goes on. What the handler shares with others
/// may have been left half changed by the panic, so a field with a lock should be one that is poisoned.
///
/// ```
/// use catga::prelude::*;
///
/// #[query(reply = u32)]
/// struct Share { of: u32 }
///
/// struct Shares;
///
/// #[handler]
/// impl Shares {
///     fn share(&self, query: Share) -> u32 { 100 / query.of }
/// }
///
/// #[mediator]
/// #[pipeline(CatchPanic)]
/// struct App { shares: Shares }
///
/// # #[tokio::main(flavor = "current_thread")] async fn main() {
/// # std::panic::set_hook(Box::new(|_| {}));
/// let app = App { shares: Shares };
/// assert!(matches!(app.send(Share { of: 0 }).await, Err(Error::Panicked(_))));
/// assert_eq!(app.send(Share { of: 4 }).await, Ok(25));
/// # }
/// ```
#[derive(Clone, Copy, Debug, Default)]
pub struct CatchPanic;

impl<M: Message, S: Dispatched> Behavior<M, S> for CatchPanic {
    #[inline]
    fn around<N: Next<M, S>>(
        &self,
        input: M::In<'_>,
        cx: &mut Context<S>,
        next: N,
    ) -> impl Future<Output = Outcome<M>> + Send {
        // What looks before it goes on does so while the chain is built, and may panic there.
        Catching::Begin { build: Some(move || next.run(input, cx)) }
    }
}

pin_project! {
    #[project = CatchingProjection]
    enum Catching<B, F> {
        Begin { build: Option<B> },
        Run {
            #[pin]
            run: F,
        },
    }
}

impl<T, E, B, F> Future for Catching<B, F>
where
    B: FnOnce() -> F,
    F: Future<Output = Result<T, Error<E>>>,
{
    type Output = Result<T, Error<E>>;

    #[inline]
    fn poll(mut self: Pin<&mut Self>, cx: &mut task::Context<'_>) -> Poll<Self::Output> {
        // One that panicked is ready, and not polled again.
        let poll = caught(|| {
            loop {
                match self.as_mut().project() {
                    CatchingProjection::Run { run } => return run.poll(cx),
                    CatchingProjection::Begin { build } => match build.take() {
                        Some(build) => self.set(Self::Run { run: build() }),
                        None => return Poll::Pending,
                    },
                }
            }
        });
        poll.unwrap_or_else(|panic| Poll::Ready(Err(Error::Panicked(panic))))
    }
}
