use core::future::Future;
use core::pin::pin;

use alloc::format;
use alloc::string::{String, ToString as _};
use alloc::vec::Vec;
use futures_util::future::{Either, select};
use portable_atomic::{AtomicU64, Ordering};
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::EffectKey;
use super::key::message;
use crate::delivery::renewed::renewed;
use crate::error::{Class, Classify, Error, Failure};
use crate::mediator::needs_timer;
use crate::scope::{Context, Mediator, Scope};
use crate::store::port::{Affects, Ended};
use crate::store::{Begun, Claim, Effects, ErrorKind, StoreError, StoreId, value};
use crate::time::{Clock as _, Instant, Random as _};

/// What becomes of an effect that was sent and whose answer is not known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Policy {
    Park,
    Retry,
}

/// One attempt at an effect.
pub(super) struct Run<'r, D, S> {
    effects: &'r Effects,
    store: &'r D,
    id: StoreId,
    cx: &'r Context<S>,
    message: Vec<u8>,
    part: u64,
    begun: Begun,
    /// Since when it is under way, as far as the store knows: a point of the mediator's clock, in nanoseconds.
    since: AtomicU64,
}

impl<'r, D: Affects, S: Scope> Run<'r, D, S> {
    /// Records that it is under way, or finds what is known of it.
    pub(super) async fn begin<E>(
        effects: &'r Effects,
        part: u64,
        store: &'r D,
        cx: &'r Context<S>,
        request: &impl Serialize,
    ) -> Result<Self, Error<E>> {
        const { needs_timer::<<S::App as Mediator>::Timer>("Effect") };
        let message = message(&**cx).map_err(Error::Refused)?;
        let request = value::encode(request).map_err(Error::refused)?;
        let owner = cx.app().random().next();
        let id = store.store_id().await.map_err(Error::refused)?;
        D::apart((**cx).is_inside(id.folded())).map_err(Error::refused)?;
        let since = AtomicU64::new(cx.clock().now().as_nanos());
        let begun = store.begin_effect(effects, (&message, part), &request, owner).await.map_err(Error::refused)?;
        Ok(Self { effects, store, id, cx, message, part, begun, since })
    }

    /// What it has answered.
    pub(super) fn answer<T: DeserializeOwned, E>(&self) -> Result<Option<T>, Error<E>> {
        match &self.begun {
            Begun::Done(answer) => value::decode(answer).map(Some).map_err(Error::refused),
            _ => Ok(None),
        }
    }

    /// Lets it go on, or parks it.
    pub(super) async fn decide<E>(&mut self, policy: Policy) -> Result<(), Error<E>> {
        match self.begun {
            Begun::Unanswered(claim) if policy == Policy::Park => {
                let told = String::from("whoever called it ended before it was answered");
                self.end(claim, Ended::Parked(told)).await.map_err(Error::refused)?;
                Err(self.parked())
            }
            Begun::Parked => Err(self.parked()),
            _ => Ok(()),
        }
    }

    fn parked<E>(&self) -> Error<E> {
        let name = self.effects.name();
        let text = format!(
            "the effect `{name}` was called and its answer is not known; see whether it has happened, and resolve it"
        );
        Error::Refused(Failure::with_source("catga.delivery.effect_parked", Class::Unknown, text))
    }

    fn which(&self) -> (&[u8], u64) {
        (&self.message, self.part)
    }

    async fn end(&self, claim: Claim, ended: Ended) -> Result<(), StoreError> {
        self.store.end_effect(self.effects, self.which(), claim, ended).await
    }

    fn key(&self) -> EffectKey {
        EffectKey::new(self.id, &self.message, self.effects.name(), self.part)
    }

    /// Asks what became of it, where that is not known.
    pub(super) async fn verify<T, V, G, E>(&self, verify: V) -> Result<Option<T>, Error<E>>
    where
        T: Serialize,
        V: FnOnce(EffectKey) -> G,
        G: Future<Output = Result<Option<T>, Error<E>>>,
        E: Classify,
    {
        let Begun::Unanswered(claim) = self.begun else { return Ok(None) };
        match self.renewing(claim, verify(self.key())).await? {
            Ok(Some(answer)) => self.done(claim, answer).await.map(Some),
            Ok(None) => Ok(None),
            Err(error) => {
                // Where this fails, it is not answered all the same, once the lease has ended.
                let _later = self.end(claim, Ended::Unanswered(error.to_string())).await;
                Err(error)
            }
        }
    }

    /// Calls it, and records what becomes of it.
    pub(super) async fn call<T, C, F, E>(&self, policy: Policy, call: C) -> Result<T, Error<E>>
    where
        T: Serialize,
        C: FnOnce(EffectKey) -> F,
        F: Future<Output = Result<T, Error<E>>>,
        E: Classify,
    {
        let (Begun::First(claim) | Begun::Unanswered(claim)) = self.begun else { return Err(self.parked()) };
        match self.renewing(claim, call(self.key())).await? {
            Ok(answer) => self.done(claim, answer).await,
            Err(error) => {
                let ended = match (error.class(), policy) {
                    (Class::Unknown, Policy::Park) => Ended::Parked(error.to_string()),
                    (Class::Unknown, _) => Ended::Unanswered(error.to_string()),
                    _ => Ended::Undone,
                };
                // Where this fails, its answer is not known, once the lease has ended.
                let _later = self.end(claim, ended).await;
                Err(error)
            }
        }
    }

    async fn done<T: Serialize, E>(&self, claim: Claim, answer: T) -> Result<T, Error<E>> {
        let recorded = match value::encode(&answer) {
            Ok(bytes) => self.end(claim, Ended::Answered(bytes)).await,
            Err(error) => Err(error),
        };
        recorded.map(|()| answer).map_err(|error| {
            // It has happened, whatever the store says of itself.
            Error::Refused(Failure::with_source("catga.delivery.effect_unrecorded", Class::Unknown, error))
        })
    }

    /// Polls it to its end, and says meanwhile that it is under way. Where the store could not be told for a whole lease, or
    /// another has it, it is not polled any more.
    async fn renewing<F: Future, E>(&self, claim: Claim, work: F) -> Result<F::Output, Error<E>> {
        let (app, lease) = (self.cx.app(), self.effects.leased_for());
        let since = Instant::from_nanos(self.since.load(Ordering::Relaxed));
        let renewing = renewed(app, lease, since, || async {
            let asked = app.clock().now();
            self.store.renew_effect(self.effects, self.which(), claim).await?;
            self.since.store(asked.as_nanos(), Ordering::Relaxed);
            Ok(())
        });
        match select(pin!(work), pin!(renewing)).await {
            Either::Left((output, _)) => Ok(output),
            Either::Right(_) => {
                let kind = ErrorKind::InProgress { retry_after: lease };
                let detail = "another attempt at the message may have taken the effect over; ask again for its answer";
                Err(Error::refused(StoreError::new(kind, detail)))
            }
        }
    }
}
