use core::future::Future;

use super::{Call, Extended, Frame, Lends, Mediator, PublishIn, Scope, SendIn, Sent, StreamIn};
use crate::error::PublishError;
use crate::mediator::{Handles, Hears, Yields};
use crate::message::{Message, Outcome, RowOf, Rows};
use crate::stream::Lineage;

/// A scope outside of any send: what [`Mediator::context`] gives a test.
#[derive(Debug)]
pub struct Alone<'a, A: Mediator> {
    app: &'a A,
    frame: Frame<'a>,
    extension: Option<&'a A::Extension>,
}

impl<'a, A: Mediator> Alone<'a, A> {
    pub(super) const fn new(app: &'a A) -> Self {
        Self { app, frame: Frame::first(), extension: None }
    }

    /// The same with what a caller sends along.
    #[must_use]
    pub const fn with(app: &'a A, call: &'a Call<'a, A::Extension>) -> Self {
        Self { app, frame: Frame::of(&call.origin), extension: call.extension }
    }
}

impl<A: Mediator> Scope for Alone<'_, A> {
    type App = A;

    fn app(&self) -> &A {
        self.app
    }

    fn frame(&self) -> &Frame<'_> {
        &self.frame
    }

    fn extension_ref(&self) -> Option<&A::Extension> {
        self.extension
    }
}

impl<M: Sent, A: Handles<M>> SendIn<M> for Alone<'_, A> {
    fn send(&self, message: M) -> impl Future<Output = Outcome<M>> + Send {
        self.app.enter(message, self.frame.nested(), self.extension)
    }
}

#[diagnostic::do_not_recommend]
impl<E: Message, A: Hears<E>> PublishIn<E> for Alone<'_, A> {
    fn publish(&mut self, event: E) -> impl Future<Output = Result<(), PublishError>> + Send {
        self.app.spread(event, self.frame.nested(), self.extension)
    }
}

impl<Q: Rows, A: Yields<Q>> StreamIn<Q> for Alone<'_, A> {
    fn stream(&self, query: Q) -> impl futures_core::Stream<Item = RowOf<Q>> + Send {
        self.app.open(query, Lineage::handler(&self.frame), self.extension)
    }
}

#[diagnostic::do_not_recommend]
impl<X, A: Mediator<Extension: Lends<X>>> Extended<X> for Alone<'_, A> {
    #[inline]
    fn extension(&self) -> Option<&X> {
        self.extension_ref().map(Lends::lend)
    }
}
