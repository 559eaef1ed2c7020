use core::fmt;
use core::future::Future;

use super::{Dispatched, Extended, Frame, Lends, Mediator, Place, PublishIn, Scope, SendIn, Sent, StreamIn};
use crate::error::PublishError;
use crate::mediator::{Handles, Hears, Yields};
use crate::message::{Message, Outcome, RowOf, Rows};
use crate::stream::Lineage;

/// The plain scope: a handler of a mediator, outside of any transaction.
pub struct Inside<'a, A: Mediator> {
    // One word, as every behavior keeps it.
    place: &'a Place<'a, A>,
}

impl<A: Mediator> fmt::Debug for Inside<'_, A> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Inside").field("frame", &self.place.frame).finish_non_exhaustive()
    }
}

// By hand: a derive would ask it of the mediator, which is only borrowed.
impl<A: Mediator> Clone for Inside<'_, A> {
    #[inline]
    fn clone(&self) -> Self {
        *self
    }
}

impl<A: Mediator> Copy for Inside<'_, A> {}

impl<'a, A: Mediator> Inside<'a, A> {
    #[inline]
    pub(crate) const fn new(place: &'a Place<'a, A>) -> Self {
        Self { place }
    }

    /// The same place for one of several handlers of its event.
    #[inline]
    pub(crate) const fn share(&self, which: u32) -> Place<'a, A> {
        Place::new(self.place.app, self.place.frame.share(which), self.place.extension)
    }

    #[inline]
    pub(crate) const fn frame_ref(&self) -> &'a Frame<'a> {
        &self.place.frame
    }

    #[inline]
    pub(crate) const fn extension_of(&self) -> Option<&'a A::Extension> {
        self.place.extension
    }

    /// The mediator, for as long as the send may take.
    #[inline]
    pub const fn mediator(&self) -> &'a A {
        self.place.app
    }
}

impl<A: Mediator> Scope for Inside<'_, A> {
    type App = A;

    #[inline]
    fn app(&self) -> &A {
        self.place.app
    }

    #[inline]
    fn frame(&self) -> &Frame<'_> {
        &self.place.frame
    }

    #[inline]
    fn extension_ref(&self) -> Option<&A::Extension> {
        self.place.extension
    }
}

impl<A: Mediator> Dispatched for Inside<'_, A> {
    type Root = Self;
    const TWINS: bool = true;

    #[inline]
    fn root(&self) -> Self {
        *self
    }

    #[inline]
    fn twin(&self) -> Option<Self> {
        Some(*self)
    }
}

impl<M: Sent, A: Handles<M>> SendIn<M> for Inside<'_, A> {
    #[inline]
    fn send(&self, message: M) -> impl Future<Output = Outcome<M>> + Send {
        self.place.app.enter(message, self.place.frame.nested(), self.place.extension)
    }
}

impl<E: Message, A: Hears<E>> PublishIn<E> for Inside<'_, A> {
    #[inline]
    fn publish(&mut self, event: E) -> impl Future<Output = Result<(), PublishError>> + Send {
        self.place.app.spread(event, self.place.frame.nested(), self.place.extension)
    }
}

impl<Q: Rows, A: Yields<Q>> StreamIn<Q> for Inside<'_, A> {
    #[inline]
    fn stream(&self, query: Q) -> impl futures_core::Stream<Item = RowOf<Q>> + Send {
        self.place.app.open(query, Lineage::handler(&self.place.frame), self.place.extension)
    }
}

#[diagnostic::do_not_recommend]
impl<X, A: Mediator<Extension: Lends<X>>> Extended<X> for Inside<'_, A> {
    #[inline]
    fn extension(&self) -> Option<&X> {
        self.extension_ref().map(Lends::lend)
    }
}
