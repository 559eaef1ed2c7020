use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use tower::Service;

use crate::error::Error;
use crate::mediator::Handles;
use crate::message::{Message, Outcome};

/// A mediator as a service of `tower`: for each message that it handles, a request of that type. A
/// request costs one allocation.
///
/// ```
/// use std::sync::Arc;
/// use catga::behaviors::tower::Served;
/// use catga::prelude::*;
/// use tower::ServiceExt as _;
///
/// # #[query(reply = u8)] struct Rate;
/// # struct Rates;
/// # #[handler] impl Rates { fn rate(&self, _query: Rate) -> u8 { 7 } }
/// # #[mediator] struct App { rates: Rates }
/// # #[tokio::main(flavor = "current_thread")] async fn main() {
/// let app = Arc::new(App { rates: Rates });
/// assert_eq!(Served::new(app).oneshot(Rate).await, Ok(7));
/// # }
/// ```
#[derive(Debug)]
pub struct Served<A> {
    mediator: Arc<A>,
}

impl<A> Served<A> {
    /// A service of this mediator.
    pub fn new(mediator: Arc<A>) -> Self {
        Self { mediator }
    }
}

impl<A> Clone for Served<A> {
    fn clone(&self) -> Self {
        Self { mediator: Arc::clone(&self.mediator) }
    }
}

impl<A, M> Service<M> for Served<A>
where
    A: Handles<M> + 'static,
    M: Message,
{
    type Response = M::Reply;
    type Error = Error<M::Error>;
    type Future = Pin<Box<dyn Future<Output = Outcome<M>> + Send>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Self::Error>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, message: M) -> Self::Future {
        let mediator = Arc::clone(&self.mediator);
        Box::pin(async move { mediator.send(message).await })
    }
}
