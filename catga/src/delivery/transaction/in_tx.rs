use core::fmt;
use core::future::Future;
use core::marker::PhantomData;
use core::time::Duration;

use super::within::Holding;
use super::{EnqueueIn, Plan, Stored};
use crate::delivery::lock::Hold;
use crate::error::{Classify, Error, Failure, PublishError};
use crate::id::Id;
use crate::mediator::{Handles, Yields};
use crate::message::{Message, OnWire, Outcome, RowOf, Rows};
use crate::pipeline::Next;
use crate::scope::{
    Answerable, Apart, AsValue, Context, Dispatched, Extended, Frame, Inside, Lends, Mediator, Place, PublishIn, Scope,
    SendIn, Sent, StreamIn,
};
use crate::store::port::{Due, Writes};
use crate::store::{Outbox, Scheduler, StoreError, Transaction};
use crate::stream::Lineage;
use crate::time::Cancel;

/// The scope inside of a transaction of the store `D`, under a lock where `H` is one; `T` is the transaction.
///
/// What is published or enqueued here is stored with the rows of the handler, and delivered after the commit.
/// What is sent is not: a send is a call that is answered now, with effects of its own.
pub struct InTx<'a, A: Mediator, D, H = (), T: Writes = Transaction> {
    root: Inside<'a, A>,
    /// What is sent or stored from here goes through it, and knows by it that the store is open.
    open: Frame<'a>,
    pub(super) tx: T,
    /// Where the writes begin of an attempt that failed with an error that commits.
    pub(super) kept: Option<T::Mark>,
    commits: &'static [&'static str],
    outbox: Outbox,
    schedule: Scheduler,
    /// The lock around it, if there is one.
    pub(in crate::delivery) hold: H,
    store: PhantomData<fn() -> D>,
}

impl<'a, A: Mediator, D, H: Hold, T: Writes> InTx<'a, A, D, H, T> {
    pub(super) fn new(root: Inside<'a, A>, open: Frame<'a>, tx: T, plan: Plan, hold: H) -> Self {
        let Plan { commits, outbox, schedule } = plan;
        Self { root, open, tx, kept: None, commits, outbox, schedule, hold, store: PhantomData }
    }

    /// Adds a message to the outbox, or to the schedule.
    async fn store<M>(&mut self, message: &M, when: When) -> Result<Id, Failure>
    where
        M: Message<Wire: OnWire<Fault: Stored<A, M>>>,
    {
        let row = {
            let place = Place::new(self.root.mediator(), self.open.stored(), self.root.extension_of());
            let cx = Context::new(Inside::new(&place));
            <<M::Wire as OnWire>::Fault as Stored<A, M>>::row(message, &cx)?
        };
        let id = Id::new(row.id);
        let is_drain = self.root.frame_ref().is_drain();
        match when {
            When::Now => {
                let outbox = if is_drain { self.outbox.in_drain() } else { self.outbox };
                self.tx.add(&outbox, &row).await
            }
            When::Due(due) => {
                let schedule = if is_drain { self.schedule.in_drain() } else { self.schedule };
                self.tx.schedule(&schedule, due, row).await
            }
        }
        .map_err(Failure::from_error)?;
        Ok(id)
    }
}

/// When a message is handled.
enum When {
    Now,
    Due(Due),
}

/// Whether an error is one that commits.
pub(super) fn commits<E: Classify>(error: &Error<E>, codes: &[&str]) -> bool {
    error.handler().is_some_and(|error| codes.contains(&error.code()))
}

impl<A: Mediator, D, H, T: Writes> fmt::Debug for InTx<'_, A, D, H, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("InTx").finish_non_exhaustive()
    }
}

impl<A: Mediator, D, H: Hold, T: Writes> Scope for InTx<'_, A, D, H, T> {
    type App = A;

    fn app(&self) -> &A {
        self.root.mediator()
    }

    fn frame(&self) -> &Frame<'_> {
        self.root.frame_ref()
    }

    fn extension_ref(&self) -> Option<&A::Extension> {
        self.root.extension_of()
    }

    fn cancel_ref(&self) -> Option<&Cancel> {
        self.hold.cancel().or_else(|| self.root.frame_ref().cancel())
    }

    fn is_inside(&self, number: u64) -> bool {
        self.open.is_inside(number)
    }

    async fn attempt<M: Message, N: Next<M, Self>>(cx: &mut Context<Self>, input: M::In<'_>, end: N) -> Outcome<M> {
        let mut attempt = Attempt::begin(cx).await.map_err(Error::refused)?;
        let outcome = end.run(input, attempt.cx).await;
        attempt.end(&outcome);
        drop(attempt);
        if outcome.is_err() {
            // Where it fails, so does all that is asked of the transaction after it.
            let _settled = cx.tx.settle().await;
        }
        outcome
    }
}

/// One run of the handler. Dropped before its end, or ended by an error, it takes back what was written.
struct Attempt<'c, 'a, A: Mediator, D, H, T: Writes> {
    cx: &'c mut Context<InTx<'a, A, D, H, T>>,
    mark: Option<T::Mark>,
}

impl<'c, 'a, A: Mediator, D, H, T: Writes> Attempt<'c, 'a, A, D, H, T> {
    async fn begin(cx: &'c mut Context<InTx<'a, A, D, H, T>>) -> Result<Self, StoreError> {
        if let Some(kept) = cx.kept.take() {
            // Somebody runs the handler again: the last attempt counts.
            cx.tx.truncate(kept);
        }
        let mark = Some(cx.tx.mark().await?);
        Ok(Self { cx, mark })
    }

    fn end<R, E: Classify>(&mut self, outcome: &Result<R, Error<E>>) {
        match outcome {
            Ok(_) => self.mark = None,
            Err(error) if commits(error, self.cx.commits) => self.cx.kept = self.mark.take(),
            Err(_) => {}
        }
    }
}

impl<A: Mediator, D, H, T: Writes> Drop for Attempt<'_, '_, A, D, H, T> {
    fn drop(&mut self) {
        if let Some(mark) = self.mark.take() {
            self.cx.kept = None;
            self.cx.tx.truncate(mark);
        }
    }
}

/// It has no twin: a transaction is one run's.
impl<'a, A: Mediator, D, H: Hold, T: Writes> Dispatched for InTx<'a, A, D, H, T> {
    type Root = Inside<'a, A>;

    fn root(&self) -> Inside<'a, A> {
        self.root
    }
}

impl<A: Mediator, D, H: Hold, T: Writes> Holding<D, T> for InTx<'_, A, D, H, T> {
    fn held(&mut self) -> &mut T {
        &mut self.tx
    }
}

/// A send is a call: it is not part of the transaction.
#[diagnostic::do_not_recommend]
impl<M: Sent, A: Handles<M>, D, H: Hold, T: Writes> SendIn<M> for InTx<'_, A, D, H, T> {
    fn send(&self, message: M) -> impl Future<Output = Outcome<M>> + Send {
        self.hold.enter(self.root.mediator(), (message, false), &self.open, self.root.extension_of())
    }
}

/// It runs beside the transaction, and commits by itself.
#[diagnostic::do_not_recommend]
impl<M: Sent, A: Handles<M>, D, H: Hold, T: Writes> SendIn<Apart<M>> for InTx<'_, A, D, H, T>
where
    Apart<M>: Answerable<AsValue, Answer = Outcome<M>>,
{
    fn send(&self, Apart(message): Apart<M>) -> impl Future<Output = Outcome<M>> + Send {
        self.hold.enter(self.root.mediator(), (message, true), &self.open, self.root.extension_of())
    }
}

/// An event is stored with the rows.
// Recommended, or an event that cannot be stored would be one that may not be published (CATGA110, CATGA004); and on
// one line, as rustc prints it to everybody who may not publish.
#[rustfmt::skip]
impl<E: Message<Wire: OnWire<Fault: Stored<A, E>>>, A: Mediator, D, H: Hold, T: Writes> PublishIn<E> for InTx<'_, A, D, H, T> {
    async fn publish(&mut self, event: E) -> Result<(), PublishError> {
        let stored = self.store(&event, When::Now).await;
        stored.map(drop).map_err(|failure| PublishError::unstored(E::INFO.ident, failure))
    }
}

impl<M, K, A, D, H, T> EnqueueIn<M, K> for InTx<'_, A, D, H, T>
where
    M: Message<Key = K, Wire: OnWire<Fault: Stored<A, M>>>,
    A: Mediator,
    H: Hold,
    T: Writes,
{
    async fn enqueue(&mut self, message: M) -> Result<Id, Failure> {
        self.store(&message, When::Now).await
    }

    async fn enqueue_after(&mut self, message: M, delay: Duration) -> Result<Id, Failure> {
        self.store(&message, When::Due(Due::After(delay))).await
    }

    async fn enqueue_at(&mut self, message: M, unix_ms: u64) -> Result<Id, Failure> {
        self.store(&message, When::Due(Due::At(unix_ms))).await
    }

    async fn enqueue_every(&mut self, message: M, first_ms: u64, period: Duration) -> Result<Id, Failure> {
        self.store(&message, When::Due(Due::Every { first_ms, period })).await
    }
}

#[diagnostic::do_not_recommend]
impl<Q: Rows, A: Yields<Q>, D, H: Hold, T: Writes> StreamIn<Q> for InTx<'_, A, D, H, T> {
    fn stream(&self, query: Q) -> impl futures_core::Stream<Item = RowOf<Q>> + Send {
        self.root.mediator().open(query, Lineage::handler(&self.open), self.root.extension_of())
    }
}

#[diagnostic::do_not_recommend]
impl<X, A: Mediator<Extension: Lends<X>>, D, H: Hold, T: Writes> Extended<X> for InTx<'_, A, D, H, T> {
    fn extension(&self) -> Option<&X> {
        self.extension_ref().map(Lends::lend)
    }
}
