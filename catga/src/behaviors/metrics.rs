use core::future::Future;
use core::marker::PhantomData;
use core::pin::Pin;
use core::task::{self, Poll};
use core::time::Duration;

use pin_project_lite::pin_project;

use crate::error::{Class, Classify as _};
use crate::mediator::needs_clock;
use crate::message::{Message, MessageInfo, Outcome};
use crate::pipeline::{Behavior, Declares, Next};
use crate::scope::{Context, Dispatched, Mediator, Scope as _};
use crate::time::{Clock, Instant};

/// Where [`Metrics`] go: the port over whatever counts them.
///
/// `()` is a meter that is off.
pub trait Meter: Send + Sync {
    /// Whether it is on; where it is not, nothing is measured and no clock is read.
    const ENABLED: bool = true;

    /// A call has ended, after `took` by the mediator's clock. It runs in the call, so it must not wait,
    /// and it should not panic: the call would.
    fn record(&self, message: &'static MessageInfo, ending: Ending, took: Duration);

    /// Something stands at this level now, as the backlog of an outbox does. Whoever measures it says the name and the
    /// unit. Nothing is done with it unless the meter does.
    fn level(&self, _name: &'static str, _level: u64) {}
}

/// Off.
impl Meter for () {
    const ENABLED: bool = false;

    #[inline]
    fn record(&self, _: &'static MessageInfo, _: Ending, _: Duration) {}
}

/// How a call ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Ending {
    /// With an answer.
    Answered,
    /// With an error.
    Failed {
        /// What it means for the one who thinks of trying again.
        class: Class,
        /// The error's stable code.
        code: &'static str,
    },
    /// Without an answer: the call was dropped.
    Cancelled,
    /// With a panic that went on.
    Panicked,
}

impl Ending {
    /// A label of few values: `ok`, the error's code, `cancelled` or `panicked`.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Answered => "ok",
            Self::Failed { code, .. } => code,
            Self::Cancelled => "cancelled",
            Self::Panicked => "panicked",
        }
    }
}

/// Tells a [`Meter`] of every call: which message, how it ended, how long it took.
///
/// A call is measured once, from here to its end by the mediator's clock: each handler of an event by
/// itself, a stream from its first poll to its last row. A call that is dropped is recorded as
/// [`Ending::Cancelled`], and a stream that is dropped before its end, too.
///
/// With a meter that is off, it is the rest of the chain; see [`Meter::ENABLED`]. Nothing is allocated.
///
/// ```
/// use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
/// use std::time::Duration;
///
/// use catga::message::MessageInfo;
/// use catga::prelude::*;
///
/// #[derive(Default)]
/// struct Failures(AtomicU64);
///
/// impl Meter for Failures {
///     fn record(&self, _message: &'static MessageInfo, ending: Ending, _took: Duration) {
///         if let Ending::Failed { .. } = ending {
///             self.0.fetch_add(1, Relaxed);
///         }
///     }
/// }
///
/// #[query(reply = u64)]
/// struct Rate;
///
/// struct Rates;
///
/// #[handler]
/// impl Rates {
///     #[pipeline(Timeout::millis(5))]
///     async fn rate(&self, _query: Rate) -> u64 { std::future::pending().await }
/// }
///
/// #[mediator]
/// #[pipeline(Metrics(self.failures))]
/// struct App { failures: Failures, rates: Rates }
///
/// # #[tokio::main(flavor = "current_thread")] async fn main() {
/// let app = App { failures: Failures::default(), rates: Rates };
/// assert_eq!(app.send(Rate).await, Err(Error::Timeout));
/// assert_eq!(app.failures.0.load(Relaxed), 1);
/// # }
/// ```
#[derive(Clone, Copy, Debug, Default)]
pub struct Metrics<P>(pub P);

impl<P: Meter> Declares for Metrics<P> {
    const NEEDS_CLOCK: bool = P::ENABLED;
}

impl<P: Meter, M: Message, S: Dispatched> Behavior<M, S> for Metrics<P> {
    #[inline]
    fn around<N: Next<M, S>>(
        &self,
        input: M::In<'_>,
        cx: &mut Context<S>,
        next: N,
    ) -> impl Future<Output = Outcome<M>> + Send {
        const {
            if P::ENABLED {
                needs_clock::<<S::App as Mediator>::Clock>("Metrics");
            }
        }
        let watch = P::ENABLED.then(|| Watch {
            meter: &self.0,
            began: cx.clock().now(),
            root: cx.root(),
            is_running: false,
            message: PhantomData,
        });
        // What looks before it goes on does so while the chain is built, and may panic there.
        let building = Building(watch.as_ref());
        let run = next.run(input, cx);
        core::mem::forget(building);
        Measured::<_, P, M, S> { run, watch }
    }
}

/// Dropped while the chain is built: that has panicked.
struct Building<'w, 'p, P: Meter, M: Message, S: Dispatched>(Option<&'w Watch<'p, P, M, S>>);

impl<P: Meter, M: Message, S: Dispatched> Drop for Building<'_, '_, P, M, S> {
    fn drop(&mut self) {
        if let Some(watch) = self.0 {
            watch.record(Ending::Panicked);
        }
    }
}

/// A call that has not ended.
struct Watch<'p, P, M, S: Dispatched> {
    meter: &'p P,
    began: Instant,
    root: S::Root,
    is_running: bool,
    message: PhantomData<fn() -> M>,
}

impl<P: Meter, M: Message, S: Dispatched> Watch<'_, P, M, S> {
    fn record(&self, ending: Ending) {
        self.meter.record(const { &M::INFO }, ending, self.root.app().clock().now().since(self.began));
    }
}

pin_project! {
    struct Measured<'p, F, P: Meter, M: Message, S: Dispatched> {
        #[pin]
        run: F,
        // None where it is off, and once it has ended.
        watch: Option<Watch<'p, P, M, S>>,
    }

    impl<F, P: Meter, M: Message, S: Dispatched> PinnedDrop for Measured<'_, F, P, M, S> {
        fn drop(this: Pin<&mut Self>) {
            if P::ENABLED && let Some(watch) = this.project().watch.take() {
                watch.record(if watch.is_running { Ending::Panicked } else { Ending::Cancelled });
            }
        }
    }
}

impl<F, P, M, S> Future for Measured<'_, F, P, M, S>
where
    F: Future<Output = Outcome<M>>,
    P: Meter,
    M: Message,
    S: Dispatched,
{
    type Output = Outcome<M>;

    #[inline(always)]
    fn poll(self: Pin<&mut Self>, cx: &mut task::Context<'_>) -> Poll<Self::Output> {
        let this = self.project();
        if !P::ENABLED {
            return this.run.poll(cx);
        }
        // Still set when it is dropped: the poll has panicked.
        if let Some(watch) = this.watch {
            watch.is_running = true;
        }
        let poll = this.run.poll(cx);
        match &poll {
            Poll::Pending => {
                if let Some(watch) = this.watch {
                    watch.is_running = false;
                }
            }
            Poll::Ready(outcome) => {
                if let Some(watch) = this.watch.take() {
                    watch.record(match outcome {
                        Ok(_) => Ending::Answered,
                        Err(error) => Ending::Failed { class: error.class(), code: error.code() },
                    });
                }
            }
        }
        poll
    }
}

macro_rules! behind {
    ($(#[$gate:meta])? $pointer:ty) => {
        $(#[$gate])?
        impl<P: Meter + ?Sized> Meter for $pointer {
            const ENABLED: bool = P::ENABLED;

            #[inline]
            fn record(&self, message: &'static MessageInfo, ending: Ending, took: Duration) {
                (**self).record(message, ending, took);
            }

            fn level(&self, name: &'static str, level: u64) {
                (**self).level(name, level);
            }
        }
    };
}

behind!(&P);
behind!(#[cfg(feature = "alloc")] alloc::sync::Arc<P>);
