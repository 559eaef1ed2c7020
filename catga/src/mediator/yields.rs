use core::future::Future;

use futures_core::Stream;

use super::nested::no_rows;
use super::route::{Known, Names, Nowhere, Unknown};
use crate::message::{Outcome, RowOf, Rows};
use crate::scope::{Call, Context, Inside, Mediator};
use crate::stream::{Lineage, Ticket, surround};

/// Answers the stream query `Q` row by row: a mediator does for each that a field handles.
#[diagnostic::on_unimplemented(
    message = "CATGA001: nothing in `{Self}` handles `{Q}`",
    label = "no handler for this stream query",
    note = "a stream query is streamed, by value and without `&`; a command or a query is sent, an event published; where that is right, write a `#[handler]` method that takes `{Q}` and returns a stream, and make its type a field of `{Self}`"
)]
// What is streamed need not be a stream query: that nothing handles it is the one error.
pub trait Yields<Q, Route = Known, Row = RowOf<Q>>: Mediator {
    /// Opens its rows: every stream query comes through here.
    #[doc(hidden)]
    fn open<'a>(
        &'a self,
        query: Q,
        lineage: Lineage<'a>,
        extension: Option<&'a Self::Extension>,
    ) -> impl Stream<Item = Row> + Send;

    /// Streams the rows of a query. The pipeline surrounds the whole stream: it begins at the first
    /// poll, and ends when the last row is taken or the stream is dropped.
    ///
    /// An error is the last item.
    #[inline]
    fn stream(&self, query: Q) -> impl Stream<Item = Row> + Send {
        self.open(query, Lineage::outside(Call::<()>::new().origin), None)
    }

    /// The same, with what a caller sends along.
    #[inline]
    fn stream_with<'a>(&'a self, query: Q, call: Call<'a, Self::Extension>) -> impl Stream<Item = Row> + Send {
        self.open(query, Lineage::outside(call.origin), call.extension)
    }
}

/// The chain and the rows of one stream query: what `#[mediator]` implements.
pub trait Opens<Q: Rows, K> {
    /// Runs the chain up to the gate.
    fn admit(
        &self,
        ticket: Ticket<'_, Q>,
        cx: &mut Context<Inside<'_, Self>>,
    ) -> impl Future<Output = Outcome<Q>> + Send
    where
        Self: Mediator;

    /// Opens the rows behind the gate.
    fn rows<'f>(&'f self, query: Q, cx: Context<Inside<'f, Self>>) -> impl Stream<Item = RowOf<Q>> + Send
    where
        Self: Mediator;
}

/// A stream query that `A` has rows for.
pub trait Yielded<A: Mediator, Names, Row>: Rows {
    /// As [`Yields::open`].
    fn open<'a>(
        self,
        app: &'a A,
        lineage: Lineage<'a>,
        extension: Option<&'a A::Extension>,
    ) -> impl Stream<Item = Row> + Send;
}

#[diagnostic::do_not_recommend]
impl<Q: Rows, A: Mediator + Opens<Q, Q::Key>> Yielded<A, Names<true>, RowOf<Q>> for Q {
    #[inline]
    fn open<'a>(
        self,
        app: &'a A,
        lineage: Lineage<'a>,
        extension: Option<&'a A::Extension>,
    ) -> impl Stream<Item = RowOf<Q>> + Send {
        surround(app, self, lineage, extension)
    }
}

#[diagnostic::do_not_recommend]
impl<Q: Rows, A: Mediator> Yielded<A, Names<false>, RowOf<Q>> for Q {
    fn open<'a>(self, _: &'a A, _: Lineage<'a>, _: Option<&'a A::Extension>) -> impl Stream<Item = RowOf<Q>> + Send {
        no_rows()
    }
}

#[diagnostic::do_not_recommend]
impl<A: Mediator, Q: Yielded<A, A::Names, Row>, Row> Yields<Q, Known, Row> for A {
    #[inline]
    fn open<'a>(
        &'a self,
        query: Q,
        lineage: Lineage<'a>,
        extension: Option<&'a A::Extension>,
    ) -> impl Stream<Item = Row> + Send {
        query.open(self, lineage, extension)
    }
}

#[diagnostic::do_not_recommend]
impl<A: Mediator, Q: Rows + Nowhere<A>> Yields<Q, Unknown> for A {
    fn open<'a>(&'a self, _: Q, _: Lineage<'a>, _: Option<&'a A::Extension>) -> impl Stream<Item = RowOf<Q>> + Send {
        no_rows()
    }
}
