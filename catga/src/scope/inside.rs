use core::future::Future;

use super::{Dispatched, Extended, Frame, Mediator, PublishIn, Scope, SendIn, StreamIn};
use crate::error::PublishError;
use crate::mediator::{Handles, Hears, Yields};
use crate::message::{Message, Outcome, RowOf, Rows};
use crate::stream::{Lineage, surround};

/// The plain scope: a handler of a mediator, outside of any transaction.
#[derive(Debug)]
pub struct Inside<'a, A: Mediator> {
    app: &'a A,
    frame: &'a Frame<'a>,
    extension: Option<&'a A::Extension>,
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
    pub(crate) const fn new(app: &'a A, frame: &'a Frame<'a>, extension: Option<&'a A::Extension>) -> Self {
        Self { app, frame, extension }
    }

    /// The same place with another frame.
    #[inline]
    pub(crate) const fn with_frame<'b>(&self, frame: &'b Frame<'b>) -> Inside<'b, A>
    where
        'a: 'b,
    {
        Inside { app: self.app, frame, extension: self.extension }
    }

    #[inline]
    pub(crate) const fn frame_ref(&self) -> &'a Frame<'a> {
        self.frame
    }

    #[inline]
    pub(crate) const fn extension_of(&self) -> Option<&'a A::Extension> {
        self.extension
    }

    /// The mediator, for as long as the send may take.
    #[inline]
    pub const fn mediator(&self) -> &'a A {
        self.app
    }
}

impl<A: Mediator> Scope for Inside<'_, A> {
    type App = A;

    #[inline]
    fn app(&self) -> &A {
        self.app
    }

    #[inline]
    fn frame(&self) -> &Frame<'_> {
        self.frame
    }

    #[inline]
    fn extension_ref(&self) -> Option<&A::Extension> {
        self.extension
    }
}

impl<A: Mediator> Dispatched for Inside<'_, A> {
    type Root = Self;

    #[inline]
    fn root(&self) -> Self {
        // Field by field: three words travel in registers, a copied struct goes through memory.
        Self { app: self.app, frame: self.frame, extension: self.extension }
    }
}

impl<M: Message<Key = K>, K, A: Handles<M>> SendIn<M, K> for Inside<'_, A> {
    #[inline]
    fn send(&self, message: M) -> impl Future<Output = Outcome<M>> + Send {
        self.app.enter(message, self.frame.nested(), self.extension)
    }
}

impl<E: Message<Key = K>, K, A: Hears<E>> PublishIn<E, K> for Inside<'_, A> {
    #[inline]
    fn publish(&mut self, event: E) -> impl Future<Output = Result<(), PublishError>> + Send {
        self.app.spread(event, self.frame.nested(), self.extension)
    }
}

impl<Q: Rows<Key = K>, K, A: Yields<Q>> StreamIn<Q, K> for Inside<'_, A> {
    #[inline]
    fn stream(&self, query: Q) -> impl futures_core::Stream<Item = RowOf<Q>> + Send {
        surround(self.app, query, Lineage::Handler(self.frame), self.extension)
    }
}

impl<X: Send + Sync + 'static, A: Mediator<Extension = X>> Extended<X> for Inside<'_, A> {}
