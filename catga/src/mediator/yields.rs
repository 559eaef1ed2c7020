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
    note = "write a `#[handler]` method that takes `{Q}` and returns a stream, and make its type a field of `{Self}`"
)]
pub trait Yields<Q: Rows, Route = Known>: Mediator {
    /// Runs the chain up to the gate.
    #[doc(hidden)]
    fn admit(
        &self,
        ticket: Ticket<'_, Q>,
        cx: &mut Context<Inside<'_, Self>>,
    ) -> impl Future<Output = Outcome<Q>> + Send;

    /// Opens the rows behind the gate.
    #[doc(hidden)]
    fn rows<'f>(&'f self, query: Q, cx: Context<Inside<'f, Self>>) -> impl Stream<Item = RowOf<Q>> + Send;

    /// Streams the rows of a query. The pipeline surrounds the whole stream: it begins at the first
    /// poll, and ends when the last row is taken or the stream is dropped.
    ///
    /// An error is the last item.
    #[inline]
    fn stream(&self, query: Q) -> impl Stream<Item = RowOf<Q>> + Send {
        surround(self, query, Lineage::Outside(Call::<()>::new().origin), None)
    }

    /// The same, with what a caller sends along.
    #[inline]
    fn stream_with<'a>(&'a self, query: Q, call: Call<'a, Self::Extension>) -> impl Stream<Item = RowOf<Q>> + Send {
        surround(self, query, Lineage::Outside(call.origin), call.extension)
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
pub trait Yielded<A: Mediator, Names>: Rows {
    /// As [`Opens::admit`].
    fn admit(
        app: &A,
        ticket: Ticket<'_, Self>,
        cx: &mut Context<Inside<'_, A>>,
    ) -> impl Future<Output = Outcome<Self>> + Send;

    /// As [`Opens::rows`].
    fn rows<'f>(self, app: &'f A, cx: Context<Inside<'f, A>>) -> impl Stream<Item = RowOf<Self>> + Send;
}

#[diagnostic::do_not_recommend]
impl<Q: Rows, A: Mediator + Opens<Q, Q::Key>> Yielded<A, Names<true>> for Q {
    #[inline]
    fn admit(
        app: &A,
        ticket: Ticket<'_, Q>,
        cx: &mut Context<Inside<'_, A>>,
    ) -> impl Future<Output = Outcome<Q>> + Send {
        app.admit(ticket, cx)
    }

    #[inline]
    fn rows<'f>(self, app: &'f A, cx: Context<Inside<'f, A>>) -> impl Stream<Item = RowOf<Q>> + Send {
        app.rows(self, cx)
    }
}

#[diagnostic::do_not_recommend]
impl<Q: Rows, A: Mediator> Yielded<A, Names<false>> for Q {
    fn admit(_: &A, ticket: Ticket<'_, Q>, _: &mut Context<Inside<'_, A>>) -> impl Future<Output = Outcome<Q>> + Send {
        ticket.admit()
    }

    fn rows<'f>(self, _: &'f A, _: Context<Inside<'f, A>>) -> impl Stream<Item = RowOf<Q>> + Send {
        no_rows()
    }
}

#[diagnostic::do_not_recommend]
impl<A: Mediator, Q: Yielded<A, A::Names>> Yields<Q, Known> for A {
    #[inline]
    fn admit(&self, ticket: Ticket<'_, Q>, cx: &mut Context<Inside<'_, A>>) -> impl Future<Output = Outcome<Q>> + Send {
        Q::admit(self, ticket, cx)
    }

    #[inline]
    fn rows<'f>(&'f self, query: Q, cx: Context<Inside<'f, A>>) -> impl Stream<Item = RowOf<Q>> + Send {
        query.rows(self, cx)
    }
}

#[diagnostic::do_not_recommend]
impl<A: Mediator, Q: Rows + Nowhere<A>> Yields<Q, Unknown> for A {
    fn admit(&self, ticket: Ticket<'_, Q>, _: &mut Context<Inside<'_, A>>) -> impl Future<Output = Outcome<Q>> + Send {
        ticket.admit()
    }

    fn rows<'f>(&'f self, _: Q, _: Context<Inside<'f, A>>) -> impl Stream<Item = RowOf<Q>> + Send {
        no_rows()
    }
}
