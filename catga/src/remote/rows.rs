use core::future::Future;
use core::pin::Pin;
use core::task::{Poll, ready};

use futures_core::Stream;
use futures_util::stream::{self, TryStreamExt as _};

use super::answer::read;
use super::request::{Budget, Written, untransported, write};
use super::{Crosses, Remote};
use crate::contract::Includes;
use crate::error::Error;
use crate::id::Id;
use crate::message::{Message, Outcome, RowOf, Rows};
use crate::scope::{Context, Scope};
use crate::stream::Ticket;
use crate::transport::{Requests, TransportError};
use crate::wire::Rowed;

/// The chain ends here at its gate; the rows come in beside it.
#[diagnostic::do_not_recommend]
impl<Q, C, T> Crosses<Q, C, T> for Rowed
where
    Q: Rows + for<'a> Message<In<'a> = Ticket<'a, Q>>,
    C: Includes<Q, Way = Self>,
    T: Requests,
{
    #[inline]
    fn cross<S: Scope>(
        _: &Remote<T, C>,
        ticket: Q::In<'_>,
        _: &mut Context<S>,
    ) -> impl Future<Output = Outcome<Q>> + Send {
        ticket.admit()
    }
}

/// The rows as they come in.
pub(super) fn incoming<'f, Q, S, T, C>(
    remote: &'f Remote<T, C>,
    query: Q,
    cx: Context<S>,
) -> impl Stream<Item = RowOf<Q>> + Send + use<'f, Q, S, T, C>
where
    Q: Rows,
    S: Scope,
    T: Requests,
    C: Includes<Q, Way = Rowed>,
{
    let ask = async move {
        // The stream's time is its reader's: only a deadline ends it.
        let budget = cx.deadline().map(|_| Budget::of(&cx, core::time::Duration::MAX));
        let span = budget.map(|budget| budget.span);
        let Written { bytes, id, .. } = write::<Q, C, S, T>(remote, &query, &cx, span)?;
        drop(query);
        let items = remote.transport.request_many(remote.endpoint_of::<Q>(), bytes, span).await;
        let items = items.map_err(untransported::<Q::Error>)?;
        Ok::<_, Error<Q::Error>>(Incoming::<Q, C, T> {
            remote,
            items,
            id,
            budget,
            has_ended: false,
            of: core::marker::PhantomData,
        })
    };
    stream::once(ask).try_flatten()
}

/// Items as rows; what ends before its end is an error.
struct Incoming<'f, Q, C, T: Requests> {
    remote: &'f Remote<T, C>,
    items: T::Items,
    id: Id,
    budget: Option<Budget>,
    has_ended: bool,
    of: core::marker::PhantomData<fn() -> Q>,
}

impl<Q, C, T> Stream for Incoming<'_, Q, C, T>
where
    Q: Rows,
    C: Includes<Q, Way = Rowed>,
    T: Requests,
{
    type Item = RowOf<Q>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut core::task::Context<'_>) -> Poll<Option<Self::Item>> {
        if self.has_ended {
            return Poll::Ready(None);
        }
        let item = ready!(Pin::new(&mut self.items).poll_next(cx));
        let row: Result<Option<Q::Row>, Error<Q::Error>> = match item {
            Some(Ok(bytes)) => read::<Q, C>(&bytes, self.id, &self.remote.press),
            Some(Err(error)) => Err(self.budget.map_or_else(|| untransported(error), |budget| budget.failed(error))),
            None => Err(untransported(TransportError::Unanswered)),
        };
        self.has_ended = !matches!(row, Ok(Some(_)));
        Poll::Ready(row.transpose())
    }
}
