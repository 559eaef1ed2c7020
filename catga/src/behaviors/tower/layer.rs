use std::future::Future;
use std::pin::Pin;
use std::task::{Context as TaskContext, Poll};

use tokio::sync::oneshot;
use tower::{Layer, Service, ServiceExt as _};

use crate::error::{Class, Classify, Error, Failure};
use crate::message::{Message, Outcome};
use crate::pipeline::{Behavior, Next};
use crate::scope::{Context, Dispatched};

/// A layer of `tower` as a behavior: a concurrency limit, load shedding, a buffer, or what
/// is behind a buffer because it is not `Clone` itself.
///
/// The layer surrounds a gate and not the handler itself, so it needs to know no message: its request
/// is an [`Admission`], and its inner service answers when the handler has. A layer that gives up
/// (a timeout, a shed load) stops the handler where it waits, with [`Error::Refused`] and the layer's
/// error as its source: class `Transient` where the gate was never opened, and `Unknown` where the handler
/// ran. One that repeats its request is told that it cannot. It has a
/// state, so it is a field, and costs a few allocations a message.
///
/// A call that is dropped drops the layer's future and the handler, whichever it waits for: a permit that the layer
/// holds in its future is given back.
///
/// ```
/// use catga::behaviors::tower::{Gate, Layered};
/// use catga::prelude::*;
/// use tower::limit::{ConcurrencyLimit, ConcurrencyLimitLayer};
///
/// # #[query(reply = u8)] struct Rate;
/// struct Rates { limit: Layered<ConcurrencyLimit<Gate>> }
///
/// #[handler]
/// #[pipeline(self.limit)]
/// impl Rates {
///     fn rate(&self, _query: Rate) -> u8 { 7 }
/// }
///
/// # #[mediator] struct App { rates: Rates }
/// # #[tokio::main(flavor = "current_thread")] async fn main() {
/// let app = App { rates: Rates { limit: Layered::new(&ConcurrencyLimitLayer::new(16)) } };
/// assert_eq!(app.send(Rate).await, Ok(7));
/// # }
/// ```
#[derive(Clone, Debug)]
pub struct Layered<S> {
    service: S,
}

impl<S> Layered<S> {
    /// The layer around the gate.
    pub fn new<L: Layer<Gate, Service = S>>(layer: &L) -> Self {
        Self { service: layer.layer(Gate(())) }
    }
}

/// The service that a layer surrounds: it lets a message pass and answers when its handler has.
#[derive(Clone, Copy, Debug)]
pub struct Gate(());

/// One message at the gate: what a layer sees as its request.
#[derive(Debug)]
pub struct Admission {
    admitted: oneshot::Sender<()>,
    done: oneshot::Receiver<Option<Class>>,
}

/// What a layer is told of a handler that failed; the caller gets the handler's own error.
#[derive(Debug)]
pub struct Passed {
    /// Whether trying again may help.
    pub class: Class,
}

impl std::fmt::Display for Passed {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "the handler failed ({:?})", self.class)
    }
}

impl std::error::Error for Passed {}

impl Service<Admission> for Gate {
    type Response = ();
    type Error = Passed;
    type Future = Pin<Box<dyn Future<Output = Result<(), Passed>> + Send>>;

    fn poll_ready(&mut self, _: &mut TaskContext<'_>) -> Poll<Result<(), Passed>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, admission: Admission) -> Self::Future {
        Box::pin(async move {
            // The other side is gone when the caller is; then nobody reads this either.
            let _unheard = admission.admitted.send(());
            match admission.done.await {
                Ok(None) => Ok(()),
                Ok(Some(class)) => Err(Passed { class }),
                Err(_) => Err(Passed { class: Class::Unknown }),
            }
        })
    }
}

impl<M, S, T> Behavior<M, S> for Layered<T>
where
    M: Message,
    S: Dispatched,
    T: Service<Admission, Future: Send, Error: Into<tower::BoxError> + Send> + Clone + Send + Sync,
{
    async fn around<N: Next<M, S>>(&self, input: M::In<'_>, cx: &mut Context<S>, next: N) -> Outcome<M> {
        let (admitted, opened) = oneshot::channel();
        let (finish, done) = oneshot::channel();
        let layer = self.service.clone().oneshot(Admission { admitted, done });
        let mut layer = std::pin::pin!(layer);
        let mut entered = false;
        let handler = async {
            opened.await.ok()?;
            entered = true;
            Some(next.run(input, cx).await)
        };
        let mut handler = Box::pin(handler);
        let (mut finish, mut outcome, mut runs) = (Some(finish), None, true);
        let ended = std::future::poll_fn(|task| {
            // The layer first: it opens the gate.
            if let Poll::Ready(ended) = layer.as_mut().poll(task) {
                return Poll::Ready(ended.map(drop));
            }
            if runs && let Poll::Ready(answer) = handler.as_mut().poll(task) {
                runs = false;
                let class = answer.as_ref().and_then(|answer| answer.as_ref().err()).map(Classify::class);
                outcome = answer;
                let _unheard = finish.take().map(|finish| finish.send(class));
                // Then the layer once more: it waits for just this.
                return layer.as_mut().poll(task).map_ok(drop);
            }
            Poll::Pending
        })
        .await;
        // Stops the handler, if it still runs.
        drop(handler);
        let class = if entered { Class::Unknown } else { Class::Transient };
        match (outcome, ended) {
            // The handler's own answer stands, whatever the layer makes of it.
            (Some(outcome), _) => outcome,
            (None, Err(error)) => Err(Error::Refused(Failure::with_source("catga.layer", class, error))),
            (None, Ok(())) => Err(Error::Refused(Failure::new("catga.layer", class))),
        }
    }
}
