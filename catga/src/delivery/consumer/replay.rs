//! A dead letter, handled once more.

use core::future::Future;
use core::pin::pin;

use futures_util::future::{Either, select};

use super::Consumer;
use super::consume::runs;
use super::handed::Handed;
use super::once::{Told, once, renewing};
use super::work::panicked;
use crate::contract::consumed;
use crate::delivery::last_poll::last_poll;
use crate::delivery::{Admitted, Arrival, Inbox, StoreLetters};
use crate::envelope::{Envelope, WireKey};
use crate::error::{Class, Failure};
use crate::id::Id;
use crate::scope::Mediator;
use crate::store::port::{Operates, Remembers};
use crate::store::{DeadLetter, ErrorKind, LetterId, StoreError};
use crate::time::{Cancel, Random as _};
use crate::transport::Delivers;
use crate::wire::{Extends, Serves, contain};

impl<T: Delivers, S: Operates + Remembers, E, I: Inbox> Consumer<T, StoreLetters<S>, E, I> {
    /// Handles a dead letter of this group once more, here and now, with its id; it is none any more where that ends
    /// well, and stays as it is where it does not. The transport does not see it, so other groups do not have it again,
    /// and it does not wait for others of its key.
    ///
    /// It is one attempt more than the letter had, and takes effect once: of two at a time one is refused with
    /// `catga.store.in_progress`, and a handler that is `Transactional` on the store of the letters does not run again
    /// where it has committed, whatever was killed since. A message of QoS 2 goes through the consumer's
    /// [inbox](Self::inbox) instead, as it did when it came: where it was handled meanwhile, as it came again, it is not
    /// handled by this, and a repeat that comes later is one. An edited letter is the same message to both.
    ///
    /// The consumer need not be running. Cancel safe: dropped, the letter is there, and may be replayed when the lease of
    /// 30 s or of the inbox has ended.
    ///
    /// # Errors
    /// Those of the handlers. `catga.store.missing` where there is no such letter of this group, and the other codes of
    /// the store; where that fails after the handlers have succeeded, the letter is there, and may be replayed.
    /// `catga.delivery.claim_lost` (class `Unknown`) where another has taken it over, as the lease could not be renewed.
    pub fn replay<'s, C, A>(
        &'s self,
        app: &'s A,
        letter: LetterId,
    ) -> impl Future<Output = Result<(), Failure>> + Send + use<'s, C, A, T, S, E, I>
    where
        A: Mediator,
        C: Serves<A>,
        E: Extends<A::Extension>,
    {
        const {
            runs::<A>();
            consumed(T::HONOURS, I::TELLS, C::MEMBERS);
        }
        async move {
            let kept = self.letters.show(letter).await.map_err(Failure::from_error)?;
            if *kept.group != *self.group {
                return Err(Failure::from_error(StoreError::new(ErrorKind::Missing, OTHERS)));
            }
            let DeadLetter { body, attempts, fingerprint, .. } = kept;
            let attempt = attempts.saturating_add(1);
            let owner = app.random().next();
            match once::<C>(&body) {
                Some(told) => {
                    // Whoever has it handled now knows that it is old; and what was edited is the message that came.
                    let arrival = Told { sent: None, fingerprint, ..told }.arrival(&self.group, owner);
                    self.handle_again::<C, A, I>(app, &self.inbox, arrival, (&body, attempt)).await?;
                }
                None => {
                    let (key, id) = Envelope::decode(&body).map_or((WireKey(0), Id::NIL), |it| (it.key, it.id));
                    let arrival = Told { key, id, sent: None, fingerprint }.arrival(&self.group, owner);
                    self.handle_again::<C, A, _>(app, &self.letters.replay(letter), arrival, (&body, attempt)).await?;
                }
            }
            self.letters.settle(letter).await.map_err(Failure::from_error)
        }
    }
}

const OTHERS: &str = "the dead letter is of another group of consumers; have one of that replay it";

impl<T, L, E, I> Consumer<T, L, E, I> {
    /// Handles what this inbox admits, and has it kept there; what is a repeat was handled.
    async fn handle_again<C, A, J>(
        &self,
        app: &A,
        inbox: &J,
        arrival: Arrival<'_>,
        (bytes, attempt): (&[u8], u32),
    ) -> Result<(), Failure>
    where
        A: Mediator,
        C: Serves<A>,
        E: Extends<A::Extension>,
        J: Inbox,
    {
        let claim = match contained(inbox.claim(arrival)).await? {
            Admitted::New(claim) => claim,
            Admitted::Repeat => return Ok(()),
            Admitted::InHand(retry_after) => {
                let kind = ErrorKind::InProgress { retry_after };
                return Err(Failure::from_error(StoreError::new(kind, "another handles the message now; try again")));
            }
        };
        let handled = {
            let cancel = Cancel::new();
            let handed = Handed::of(inbox, &claim);
            let mut handling = pin!(contained(self.dispatch::<C, A>(app, bytes, (attempt, &cancel), handed)));
            match select(handling.as_mut(), pin!(renewing(app, inbox, &claim))).await {
                Either::Left((handled, _)) => handled,
                Either::Right(_) => {
                    cancel.cancel();
                    last_poll(handling).await.unwrap_or_else(|| Err(lost()))
                }
            }
        };
        match handled {
            Ok(()) => contained(inbox.keep(claim)).await,
            failed => {
                // Where it panics, the claim ends with its lease.
                let _free = contain(inbox.release(claim)).await;
                failed
            }
        }
    }
}

/// A panic is a failure.
async fn contained<R>(work: impl Future<Output = Result<R, Failure>>) -> Result<R, Failure> {
    contain(work).await.unwrap_or_else(|panic| Err(panicked(panic)))
}

#[cold]
fn lost() -> Failure {
    let text = "another has taken the message over; see what became of it";
    Failure::with_source("catga.delivery.claim_lost", Class::Unknown, text)
}
