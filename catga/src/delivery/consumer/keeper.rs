use core::future::{Future, pending};
use core::pin::pin;
use core::time::Duration;

use futures_util::future::{Either, select};

use crate::scope::Mediator;
use crate::time::{Cancel, Clock as _, Instant, Timer as _};
use crate::transport::{Delivery, TransportError};

/// A delivery that is kept as long as somebody works on it: its ack deadline begins anew whenever a third of it
/// has passed.
pub(super) struct Keeper<'r, D, A> {
    pub(super) delivery: D,
    app: &'r A,
    deadline: Option<Duration>,
    /// When its deadline began, or a little earlier.
    since: Instant,
}

/// Why something was not finished.
#[derive(Clone, Copy)]
pub(super) enum Unfinished {
    /// It was told to stop.
    Stopped,
    /// The delivery belongs to a later attempt, or is about to.
    Lost,
}

impl<'r, D: Delivery, A: Mediator> Keeper<'r, D, A> {
    pub(super) fn new(delivery: D, deadline: Option<Duration>, app: &'r A) -> Self {
        Self { delivery, app, deadline, since: app.clock().now() }
    }

    /// Runs something until it is told to stop, and keeps the delivery meanwhile. No timer is armed before the first
    /// wait.
    ///
    /// # Errors
    /// [`Unfinished`]; what was run is not polled any more.
    pub(super) async fn during<F: Future>(&mut self, stop: &Cancel, work: F) -> Result<F::Output, Unfinished> {
        let (stopped, work) = (pin!(stop.cancelled()), pin!(work));
        match select(select(stopped, work), pin!(self.keep())).await {
            Either::Left((Either::Right((output, _)), _)) => Ok(output),
            Either::Left((Either::Left(_), _)) => Err(Unfinished::Stopped),
            Either::Right(_) => Err(Unfinished::Lost),
        }
    }

    /// Runs something to its end, and keeps the delivery meanwhile, for as long as it can be kept.
    pub(super) async fn beside<F: Future>(&mut self, work: F) -> F::Output {
        let mut work = pin!(work);
        match select(work.as_mut(), pin!(self.keep())).await {
            Either::Left((output, _)) => output,
            Either::Right(_) => work.await,
        }
    }

    /// Ends when the delivery is lost.
    async fn keep(&mut self) {
        let Some(deadline) = self.deadline else { return pending().await };
        let (clock, timer) = (self.app.clock(), self.app.timer());
        let mut asked = self.since;
        loop {
            timer.sleep(asked.later(deadline / 3).since(clock.now())).await;
            asked = clock.now();
            let until = self.since.later(deadline);
            // Who hears nothing until then has lost it, as far as anybody can tell.
            let over = pin!(timer.sleep(until.since(asked)));
            match select(pin!(self.delivery.extend()), over).await {
                Either::Left((Ok(()), _)) => self.since = asked,
                Either::Left((Err(TransportError::Stale), _)) | Either::Right(_) => return,
                Either::Left((Err(_), _)) if clock.now() < until => {}
                Either::Left((Err(_), _)) => return,
            }
        }
    }
}
