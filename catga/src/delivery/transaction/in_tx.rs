use core::fmt;
use core::future::Future;
use core::marker::PhantomData;
use core::time::Duration;

use super::{EnqueueIn, Plan, SCHEDULE, Stored, Within};
use crate::delivery::lock::Hold;
use crate::error::{Classify, Error, Failure, PublishError};
use crate::id::Id;
use crate::mediator::{Handles, Yields};
use crate::message::{Message, OnWire, Outcome, RowOf, Rows};
use crate::pipeline::Next;
use crate::scope::{
    Context, Dispatched, Extended, Frame, Inside, Lends, Mediator, Place, PublishIn, Scope, SendIn, Sent, StreamIn,
};
use crate::store::{Mark, Outbox, Transaction};
use crate::stream::{Lineage, surround};
use crate::time::Cancel;

/// The scope inside of a transaction of `Store<D>`, under a lock where `H` is one.
///
/// What is published or enqueued here is stored with the rows of the handler, and delivered after the commit.
/// What is sent is not: a send is a call that is answered now, with effects of its own.
pub struct InTx<'a, A: Mediator, D, H = ()> {
    root: Inside<'a, A>,
    /// What is sent or stored from here goes through it, and knows by it that the store is open.
    open: Frame<'a>,
    pub(super) tx: Transaction,
    /// Where the writes begin of an attempt that failed with an error that commits.
    pub(super) kept: Option<Mark>,
    commits: &'static [&'static str],
    outbox: Outbox,
    /// The lock around it, if there is one.
    pub(in crate::delivery) hold: H,
    marker: PhantomData<fn() -> D>,
}

impl<'a, A: Mediator, D, H: Hold> InTx<'a, A, D, H> {
    pub(super) fn new(
        root: Inside<'a, A>,
        open: Frame<'a>,
        tx: Transaction,
        Plan { commits, outbox }: Plan,
        hold: H,
    ) -> Self {
        Self { root, open, tx, kept: None, commits, outbox, hold, marker: PhantomData }
    }

    /// Adds a message to the outbox, or to the schedule.
    fn store<M>(&mut self, message: &M, when: When) -> Result<Id, Failure>
    where
        M: Message<Wire: OnWire<Fault: Stored<A, M>>>,
    {
        let place = Place::new(self.root.mediator(), self.open.nested(), self.root.extension_of());
        let cx = Context::new(Inside::new(&place));
        let row = <<M::Wire as OnWire>::Fault as Stored<A, M>>::row(message, &cx)?;
        let id = Id::new(row.id);
        match when {
            When::Now => match self.root.frame_ref().outermost().roll() {
                None => self.outbox.add(&mut self.tx, &row).map(drop),
                Some(_) => self.outbox.add_in_drain(&mut self.tx, &row).map(drop),
            },
            When::At(unix_ms) => SCHEDULE.at(&mut self.tx, unix_ms, row),
            When::After(delay) => SCHEDULE.after(&mut self.tx, delay, row),
        }
        .map_err(Failure::from_error)?;
        Ok(id)
    }
}

/// When a message is handled.
enum When {
    Now,
    At(u64),
    After(Duration),
}

/// Whether an error is one that commits.
pub(super) fn commits<E: Classify>(error: &Error<E>, codes: &[&str]) -> bool {
    error.handler().is_some_and(|error| codes.contains(&error.code()))
}

impl<A: Mediator, D, H> fmt::Debug for InTx<'_, A, D, H> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("InTx").field("tx", &self.tx).finish_non_exhaustive()
    }
}

impl<A: Mediator, D, H: Hold> Scope for InTx<'_, A, D, H> {
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

    async fn attempt<M: Message, N: Next<M, Self>>(cx: &mut Context<Self>, input: M::In<'_>, end: N) -> Outcome<M> {
        let mut attempt = Attempt::begin(cx);
        let outcome = end.run(input, attempt.cx).await;
        attempt.end(&outcome);
        outcome
    }
}

/// One run of the handler. Dropped before its end, or ended by an error, it takes back what was written.
struct Attempt<'c, 'a, A: Mediator, D, H> {
    cx: &'c mut Context<InTx<'a, A, D, H>>,
    mark: Option<Mark>,
}

impl<'c, 'a, A: Mediator, D, H> Attempt<'c, 'a, A, D, H> {
    fn begin(cx: &'c mut Context<InTx<'a, A, D, H>>) -> Self {
        if let Some(kept) = cx.kept.take() {
            // Somebody runs the handler again: the last attempt counts.
            cx.tx.truncate(kept);
        }
        let mark = Some(cx.tx.mark());
        Self { cx, mark }
    }

    fn end<T, E: Classify>(&mut self, outcome: &Result<T, Error<E>>) {
        match outcome {
            Ok(_) => self.mark = None,
            Err(error) if commits(error, self.cx.commits) => self.cx.kept = self.mark.take(),
            Err(_) => {}
        }
    }
}

impl<A: Mediator, D, H> Drop for Attempt<'_, '_, A, D, H> {
    fn drop(&mut self) {
        if let Some(mark) = self.mark.take() {
            self.cx.kept = None;
            self.cx.tx.truncate(mark);
        }
    }
}

/// It has no twin: a transaction is one run's.
impl<'a, A: Mediator, D, H: Hold> Dispatched for InTx<'a, A, D, H> {
    type Root = Inside<'a, A>;

    fn root(&self) -> Inside<'a, A> {
        self.root
    }
}

impl<A: Mediator, D, H: Hold> Within<D> for InTx<'_, A, D, H> {
    fn tx(&mut self) -> &mut Transaction {
        &mut self.tx
    }
}

/// A send is a call: it is not part of the transaction.
#[diagnostic::do_not_recommend]
impl<M: Sent, A: Handles<M>, D, H: Hold> SendIn<M> for InTx<'_, A, D, H> {
    fn send(&self, message: M) -> impl Future<Output = Outcome<M>> + Send {
        self.hold.enter(self.root.mediator(), message, &self.open, self.root.extension_of())
    }
}

/// An event is stored with the rows.
// Recommended, or an event that cannot be stored would be one that may not be published (CATGA110, CATGA004); and on
// one line, as rustc prints it to everybody who may not publish.
#[rustfmt::skip]
impl<E: Message<Wire: OnWire<Fault: Stored<A, E>>>, A: Mediator, D, H: Hold> PublishIn<E> for InTx<'_, A, D, H> {
    async fn publish(&mut self, event: E) -> Result<(), PublishError> {
        let stored = self.store(&event, When::Now);
        stored.map(drop).map_err(|failure| PublishError::new(E::INFO.ident, Error::Refused(failure)))
    }
}

impl<M, K, A, D, H> EnqueueIn<M, K> for InTx<'_, A, D, H>
where
    M: Message<Key = K, Wire: OnWire<Fault: Stored<A, M>>>,
    A: Mediator,
    H: Hold,
{
    async fn enqueue(&mut self, message: M) -> Result<Id, Failure> {
        self.store(&message, When::Now)
    }

    async fn enqueue_after(&mut self, message: M, delay: Duration) -> Result<Id, Failure> {
        self.store(&message, When::After(delay))
    }

    async fn enqueue_at(&mut self, message: M, unix_ms: u64) -> Result<Id, Failure> {
        self.store(&message, When::At(unix_ms))
    }
}

#[diagnostic::do_not_recommend]
impl<Q: Rows, A: Yields<Q>, D, H: Hold> StreamIn<Q> for InTx<'_, A, D, H> {
    fn stream(&self, query: Q) -> impl futures_core::Stream<Item = RowOf<Q>> + Send {
        surround(self.root.mediator(), query, Lineage::Handler(&self.open), self.root.extension_of())
    }
}

#[diagnostic::do_not_recommend]
impl<X, A: Mediator<Extension: Lends<X>>, D, H: Hold> Extended<X> for InTx<'_, A, D, H> {
    fn extension(&self) -> Option<&X> {
        self.extension_ref().map(Lends::lend)
    }
}
