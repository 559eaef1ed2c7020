use core::fmt;
use core::future::Future;
use core::marker::PhantomData;
use core::time::Duration;

use alloc::borrow::ToOwned as _;

use serde::Serialize;
use serde::de::DeserializeOwned;

use super::EffectKey;
use super::key::message;
use super::run::{Policy, Run};
use crate::error::{Classify, Error, Failure};
use crate::scope::{Context, Scope};
use crate::store::port::Affects;
use crate::store::{EffectId, Effects, StoreError, value};

/// An effect outside of the store: a request `Q` that is answered with a `T`.
///
/// It is called with an [`EffectKey`] that is the same for every attempt at a message. Before the call it is recorded
/// that it is under way, and after it what it answered, each in a commit of its own: an attempt that comes after an
/// answer gets that, and calls nothing. So a handler that is run again, as its transaction met a conflict or its
/// process was killed, has its effect once, as far as that is known. The store is a [`Store`](crate::store::Store), or a
/// database of the user's own: `Sql`.
///
/// Where a call was sent and its answer is not known, because the process was killed, the call was dropped, or it
/// failed with the class `Unknown`, the effect's policy decides at the next attempt:
///
/// - It is **parked**, unless set: refused with `catga.delivery.effect_parked`, of the class `Unknown`, until an
///   operator has looked and has [resolved](Self::resolve) it. [`unanswered`](super::unanswered) lists what is parked.
/// - [`retry`](Self::retry): it is called again with the same key, for what knows that key.
/// - [`run_verified`](Self::run_verified): it is asked by a function whether it has happened.
///
/// A call that fails with another class did not happen: the next attempt calls it as if for the first time. Of two
/// attempts at once one is refused with `catga.store.in_progress`, and told when to come again. A message that was
/// called with one request and comes with another is refused with `catga.store.mismatch`: give each of several calls
/// of one message a [`part`](Self::part) of its own.
///
/// It does not need a transaction, and is better off without: a transaction is not to wait for others. What was
/// answered is not part of a transaction around it, and stays when that rolls back. SQLite has one writer: inside of its
/// own transaction an effect is refused with `catga.store.nested`, as it would wait for itself.
///
/// Cancel safe: dropped before the first commit, nothing happened; after it, the effect's answer is not known once
/// its [`lease`](Self::lease) has ended.
///
/// ```
/// use catga::delivery::Effect;
/// use catga::prelude::*;
/// use catga::store::{Memory, Store};
/// use catga::time::SystemRandom;
/// # use std::sync::atomic::{AtomicU64, Ordering::SeqCst};
///
/// struct Main;
///
/// const CHARGE: Effect<u64, String> = Effect::new("card.charge");
///
/// #[derive(Debug, Classify)]
/// enum CardError {
///     Declined,
///     #[class(unknown)]
///     NoAnswer,
/// }
/// # impl std::fmt::Display for CardError {
/// #     fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result { f.write_str("card") }
/// # }
/// # impl std::error::Error for CardError {}
/// # struct Gateway { charges: AtomicU64 }
/// # impl Gateway {
/// #     async fn charge(&self, key: &str, cents: u64) -> Result<String, CardError> {
/// #         self.charges.fetch_add(cents, SeqCst);
/// #         Ok(format!("{key}: {cents}"))
/// #     }
/// # }
///
/// #[command(reply = String, error = CardError)]
/// struct ChargeCard { cents: u64 }
///
/// struct Payments { gateway: Gateway, db: Store<Main> }
///
/// #[handler]
/// impl Payments {
///     async fn charge(&self, cmd: ChargeCard, cx: &mut Context<impl Scope>) -> Result<String, Error<CardError>> {
///         CHARGE.run(&self.db, cx, &cmd.cents, |key| async move {
///             Ok(self.gateway.charge(key.as_str(), cmd.cents).await?)
///         }).await
///     }
/// }
///
/// #[mediator]
/// struct Shop { payments: Payments }
///
/// # #[tokio::main(flavor = "current_thread")] async fn main() {
/// let db = Store::new(Memory::new(&SystemRandom)).unwrap();
/// let shop = Shop { payments: Payments { gateway: Gateway { charges: AtomicU64::new(0) }, db } };
/// // Two attempts at one message.
/// let call = || Call::new().id(catga::id::Id::new(7));
/// let first = shop.send_with(ChargeCard { cents: 500 }, call()).await.unwrap();
/// assert_eq!(shop.send_with(ChargeCard { cents: 500 }, call()).await.unwrap(), first);
/// assert_eq!(shop.payments.gateway.charges.load(SeqCst), 500);
/// # }
/// ```
pub struct Effect<Q, T> {
    pub(super) effects: Effects,
    part: u64,
    policy: Policy,
    marker: PhantomData<fn(Q) -> T>,
}

impl<Q, T> Effect<Q, T> {
    /// The effect of this name, which stays the same when the program changes, and belongs to one place in it.
    pub const fn new(name: &'static str) -> Self {
        Self { effects: Effects::new(name), part: 0, policy: Policy::Park, marker: PhantomData }
    }

    /// Its name.
    pub const fn name(&self) -> &'static str {
        self.effects.name()
    }

    /// What was sent without an answer is called again, with the same key: for effects that happen once however often
    /// they are asked for by one key.
    #[must_use]
    pub const fn retry(self) -> Self {
        Self { policy: Policy::Retry, ..self }
    }

    /// Which it is of several calls that one message makes of this effect; 0 unless set.
    #[must_use]
    pub const fn part(self, part: u64) -> Self {
        Self { part, ..self }
    }

    /// How long after its process has ended a call is taken to be under way; 30 s unless set. It is renewed while the
    /// call lasts, by the mediator's timer.
    #[must_use]
    pub const fn lease(self, lease: Duration) -> Self {
        Self { effects: self.effects.lease(lease), ..self }
    }

    /// How long answers are kept; 30 days unless set. An attempt that comes after that calls anew: keep them for longer
    /// than a message may be attempted, or may wait for somebody as a dead letter or under a parked key. It is recorded
    /// with each answer, and a [`Relay`](crate::delivery::Relay) of the store forgets those whose time has passed.
    #[must_use]
    pub const fn retention(self, retention: Duration) -> Self {
        Self { effects: self.effects.retention(retention), ..self }
    }

    /// Which one it is of the message that is handled here: what [`resolve`](Self::resolve) asks for.
    ///
    /// # Errors
    /// The message has no id, as the mediator's source of ids has failed.
    pub fn id<S: Scope>(&self, cx: &Context<S>) -> Result<EffectId, Failure> {
        Ok(EffectId { name: self.effects.name().to_owned(), message: message(&**cx)?, part: self.part })
    }
}

impl<Q: Serialize, T: Serialize + DeserializeOwned> Effect<Q, T> {
    /// Calls the effect, or answers what it has answered to this message.
    ///
    /// # Errors
    /// Those of the call; [`Error::Refused`] with `catga.delivery.effect_parked` where it is parked, with
    /// `catga.delivery.effect_unrecorded` (class `Unknown`) where it was answered and the store did not take that, and
    /// with the codes of the store.
    pub async fn run<D, S, C, F, E>(&self, store: &D, cx: &Context<S>, request: &Q, call: C) -> Result<T, Error<E>>
    where
        D: Affects,
        S: Scope,
        C: FnOnce(EffectKey) -> F,
        F: Future<Output = Result<T, Error<E>>>,
        E: Classify,
    {
        let mut run = Run::begin(&self.effects, self.part, store, cx, request).await?;
        if let Some(answer) = run.answer()? {
            return Ok(answer);
        }
        run.decide(self.policy).await?;
        run.call(self.policy, call).await
    }

    /// The same, with a function that finds out what became of a call without an answer, by its key: its answer where
    /// it has happened, and `None` where it has not and cannot any more.
    ///
    /// # Errors
    /// As [`run`](Self::run), and those of `verify`: then it is asked again at the next attempt.
    pub async fn run_verified<D, S, V, G, C, F, E>(
        &self,
        store: &D,
        cx: &Context<S>,
        request: &Q,
        verify: V,
        call: C,
    ) -> Result<T, Error<E>>
    where
        D: Affects,
        S: Scope,
        V: FnOnce(EffectKey) -> G,
        G: Future<Output = Result<Option<T>, Error<E>>>,
        C: FnOnce(EffectKey) -> F,
        F: Future<Output = Result<T, Error<E>>>,
        E: Classify,
    {
        let mut run = Run::begin(&self.effects, self.part, store, cx, request).await?;
        if let Some(answer) = run.answer()? {
            return Ok(answer);
        }
        run.decide(Policy::Retry).await?;
        if let Some(answer) = run.verify(verify).await? {
            return Ok(answer);
        }
        run.call(Policy::Retry, call).await
    }

    /// An operator has looked at what the parked effect acts on, or the program has taken it back: it has answered with
    /// this, or it has not happened and the next attempt calls it. The message goes on with its next attempt; one that
    /// was given up has to be [replayed](crate::delivery::Relay::replay), or its key
    /// [resumed](crate::store::Outbox::resume).
    ///
    /// # Errors
    /// `Missing` where it is answered, was never called, is being called, or is another effect; else as a commit's.
    pub async fn resolve<D: Affects>(&self, store: &D, id: &EffectId, answer: Option<&T>) -> Result<(), StoreError> {
        self.is_mine(id)?;
        let answer = answer.map(value::encode).transpose()?;
        store.resolve_effect(&self.effects, (&id.message, id.part), answer.as_deref()).await
    }

    /// Forgets up to `limit` answers that are older than the retention, and says how many: for a program in which no
    /// [`Relay`](crate::delivery::Relay) does so, and for answers that were recorded before relays did.
    ///
    /// # Errors
    /// As a commit's.
    pub async fn trim<D: Affects>(&self, store: &D, limit: usize) -> Result<usize, StoreError> {
        store.trim_effects(&self.effects, limit).await
    }
}

impl<Q, T> fmt::Debug for Effect<Q, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Effect").field("effects", &self.effects).field("policy", &self.policy).finish_non_exhaustive()
    }
}
