use core::fmt;
use core::future::Future;

use super::Held;
use super::hold::Hold as _;
use crate::error::PublishError;
use crate::mediator::{Handles, Hears, Yields};
use crate::message::{Message, Outcome, RowOf, Rows};
use crate::scope::{
    Answerable, Apart, AsValue, Dispatched, Extended, Frame, Inside, Lends, Mediator, PublishIn, Scope, SendIn, Sent,
    StreamIn,
};
use crate::stream::Lineage;
use crate::time::Cancel;

/// The scope under a lock.
pub struct Locked<'a, A: Mediator> {
    root: Inside<'a, A>,
    held: Held,
}

impl<'a, A: Mediator> Locked<'a, A> {
    pub(super) fn new(root: Inside<'a, A>, held: Held) -> Self {
        Self { root, held }
    }

    pub(super) fn held(&self) -> &Held {
        &self.held
    }
}

impl<A: Mediator> fmt::Debug for Locked<'_, A> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Locked").field("held", &self.held).finish_non_exhaustive()
    }
}

impl<A: Mediator> Scope for Locked<'_, A> {
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
        self.held.cancel()
    }
}

/// It has no twin: a lock is of one run.
impl<'a, A: Mediator> Dispatched for Locked<'a, A> {
    type Root = Inside<'a, A>;

    fn root(&self) -> Inside<'a, A> {
        self.root
    }
}

#[diagnostic::do_not_recommend]
impl<M: Sent, A: Handles<M>> SendIn<M> for Locked<'_, A> {
    fn send(&self, message: M) -> impl Future<Output = Outcome<M>> + Send {
        self.held.enter(self.root.mediator(), (message, false), self.root.frame_ref(), self.root.extension_of())
    }
}

#[diagnostic::do_not_recommend]
impl<M: Sent, A: Handles<M>> SendIn<Apart<M>> for Locked<'_, A>
where
    Apart<M>: Answerable<AsValue, Answer = Outcome<M>>,
{
    fn send(&self, Apart(message): Apart<M>) -> impl Future<Output = Outcome<M>> + Send {
        self.held.enter(self.root.mediator(), (message, true), self.root.frame_ref(), self.root.extension_of())
    }
}

#[diagnostic::do_not_recommend]
impl<E: Message, A: Hears<E>> PublishIn<E> for Locked<'_, A> {
    fn publish(&mut self, event: E) -> impl Future<Output = Result<(), PublishError>> + Send {
        self.held.spread(self.root.mediator(), event, self.root.frame_ref(), self.root.extension_of())
    }
}

#[diagnostic::do_not_recommend]
impl<Q: Rows, A: Yields<Q>> StreamIn<Q> for Locked<'_, A> {
    fn stream(&self, query: Q) -> impl futures_core::Stream<Item = RowOf<Q>> + Send {
        self.root.mediator().open(query, Lineage::handler(self.root.frame_ref()), self.root.extension_of())
    }
}

#[diagnostic::do_not_recommend]
impl<X, A: Mediator<Extension: Lends<X>>> Extended<X> for Locked<'_, A> {
    fn extension(&self) -> Option<&X> {
        self.extension_ref().map(Lends::lend)
    }
}
