use core::marker::PhantomData;
use core::pin::Pin;
use core::task::{self, Poll};

use futures_core::Stream;
use pin_project_lite::pin_project;

use super::reply::{HandedOn, Plain, Same, Typed};
use crate::error::Error;
use crate::message::{RowOf, Rows};

/// What the stream of a handler's method may yield: its row, or a `Result` of its row and its error.
/// `How` tells them apart and is always inferred.
#[diagnostic::on_unimplemented(
    message = "CATGA006: the handler of `{Q}` yields `{Self}`, and the contract of `{Q}` says otherwise",
    label = "neither a row of `{Q}` nor a `Result` of a row and its error",
    note = "yield what `#[query(stream = .., error = ..)]` says, or change the contract of `{Q}`"
)]
pub trait IntoRow<Q: Rows, How> {
    /// The item of the stream's answer.
    fn into_row(self) -> RowOf<Q>;
}

#[diagnostic::do_not_recommend]
impl<T, Q: Rows<Row: Same<T>>> IntoRow<Q, Plain> for T {
    #[inline]
    fn into_row(self) -> RowOf<Q> {
        Ok(Same::same(self))
    }
}

#[diagnostic::do_not_recommend]
impl<T, E, Q: Rows<Row: Same<T>, Error: Same<E>>> IntoRow<Q, Typed> for Result<T, E> {
    #[inline]
    fn into_row(self) -> RowOf<Q> {
        self.map(Same::same).map_err(|error| Error::Handler(Same::same(error)))
    }
}

#[diagnostic::do_not_recommend]
impl<T, E, Q: Rows<Row: Same<T>, Error: Same<E>>> IntoRow<Q, HandedOn> for Result<T, Error<E>> {
    #[inline]
    fn into_row(self) -> RowOf<Q> {
        self.map(Same::same).map_err(|error| error.map(Same::same))
    }
}

/// A method's stream as a handler's rows. That it is `Send` is asked of what is returned: where there is no message, there is
/// nothing to ask.
#[inline]
pub fn rows<Q: Rows, How, S: Stream<Item: IntoRow<Q, How>>>(method: S) -> impl Stream<Item = RowOf<Q>> {
    Answered { method, how: PhantomData::<fn() -> (Q, How)> }
}

pin_project! {
    struct Answered<S, H> {
        #[pin]
        method: S,
        how: PhantomData<H>,
    }
}

impl<Q, How, S> Stream for Answered<S, fn() -> (Q, How)>
where
    Q: Rows,
    S: Stream<Item: IntoRow<Q, How>>,
{
    type Item = RowOf<Q>;

    #[inline]
    fn poll_next(self: Pin<&mut Self>, cx: &mut task::Context<'_>) -> Poll<Option<RowOf<Q>>> {
        self.project().method.poll_next(cx).map(|row| row.map(IntoRow::into_row))
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        self.method.size_hint()
    }
}
