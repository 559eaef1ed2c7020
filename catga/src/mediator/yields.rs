use core::future::Future;

use futures_core::Stream;

use crate::message::{Outcome, RowOf, Rows};
use crate::scope::{Call, Context, Inside, Mediator};
use crate::stream::{Lineage, Ticket, surround};

/// Answers the stream query `Q` row by row: implemented by `#[mediator]`.
#[diagnostic::on_unimplemented(
    message = "CATGA001: nothing in `{Self}` handles `{Q}`",
    label = "no handler for this stream query",
    note = "write a `#[handler]` method that takes `{Q}` and returns a stream, and make its type a field of `{Self}`"
)]
pub trait Yields<Q: Rows, K = <Q as crate::message::Message>::Key>: Mediator {
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
