use core::pin::pin;
use core::time::Duration;

use futures_util::future::select;

use crate::delivery::renewed::renewed;
use crate::error::{Class, Error, Failure};
use crate::scope::{Context, Inside, Mediator};
use crate::store::port::Remembers;
use crate::store::{Claim, Claiming, ErrorKind, Fingerprint, Idempotency, StoreError};
use crate::time::{Clock as _, Instant, Random as _, Timer as _};

/// How long before its deadline a repeat stops to wait, to say so.
const TO_ANSWER: Duration = Duration::from_millis(10);

/// A request that is to run once.
pub(super) struct Request<'r, S> {
    pub(super) store: &'r S,
    pub(super) records: &'r Idempotency,
    pub(super) key: &'r [u8],
    pub(super) request: Fingerprint,
    /// How long a claim lasts.
    pub(super) lease: Duration,
}

impl<S: Remembers> Request<'_, S> {
    /// Claims the key, or waits for the reply of who has it. Where there is no room for more, it only looks: nothing is
    /// written for a request that is refused. Says since when it is the caller's, too.
    pub(super) async fn claim<A: Mediator>(
        &self,
        room: Result<(), StoreError>,
        cx: &Context<Inside<'_, A>>,
    ) -> Result<(Claiming, Instant), StoreError> {
        let owner = cx.mediator().random().next();
        let mut head = self.store.head();
        let begun = cx.clock().now();
        loop {
            head.borrow_and_update();
            let asked = cx.clock().now();
            let claimed = match &room {
                Ok(()) => self.store.claim_reply(self.records, self.key, self.request, owner).await,
                Err(full) => match self.store.recorded_reply(self.records, self.key, self.request).await {
                    Ok(Some(recorded)) => Ok(Claiming::Done(recorded)),
                    Ok(None) => Err(full.clone()),
                    Err(error) => Err(error),
                },
            };
            let error = match claimed {
                Ok(claimed) => return Ok((claimed, asked)),
                Err(error) => error,
            };
            let ErrorKind::InProgress { retry_after } = error.kind() else { return Err(error) };
            let now = cx.clock().now();
            let until = cx.deadline().unwrap_or(begun.later(self.lease));
            let left = until.since(now).saturating_sub(TO_ANSWER);
            if left.is_zero() || cx.is_cancelled() {
                return Err(error);
            }
            // A commit may be the one that it waits for; a vanished owner commits nothing.
            let look = self.store.look_every().unwrap_or(retry_after).min(retry_after);
            let wait = cx.timer().sleep(left.min(look.max(Duration::from_millis(1))));
            select(pin!(head.changed()), pin!(wait)).await;
        }
    }

    /// Holds a claim for as long as this is polled, and ends when it is lost, or is about to be.
    pub(super) async fn keep<A: Mediator>(&self, claim: Claim, since: Instant, app: &A) {
        if S::RENEWS {
            renewed(app, self.lease, since, || self.store.renew_reply(self.records, self.key, claim)).await;
        } else {
            app.timer().sleep(since.later(self.lease).since(app.clock().now())).await;
        }
    }
}

/// Another may run the request by now.
#[cold]
pub(super) fn lost<E>() -> Error<E> {
    let text = "the claim of the request was lost while its handler ran; ask again for its reply";
    Error::Refused(Failure::with_source("catga.delivery.claim_lost", Class::Unknown, text))
}
