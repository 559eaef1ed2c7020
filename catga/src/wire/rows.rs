use core::future::{Future, poll_fn};
use core::pin::pin;

use alloc::boxed::Box;
use futures_core::Stream as _;
use futures_util::future::{Either, select};

use super::answer::{write_answer, write_ok};
use super::read::read;
use super::{Arrived, Outlet, Rowed, WireError};
use crate::contract::Includes;
use crate::envelope::Kind;
use crate::mediator::Yields;
use crate::message::Rows;

/// Decodes a stream query, and sends its rows on one after the other, and then that it is the end, or why.
#[expect(clippy::manual_async_fn, reason = "an `async fn` keeps its arguments twice")]
pub(super) fn answer_rows<'f, Q, A, C, O>(
    app: &'f A,
    arrived: &'f Arrived<'f, A::Extension>,
    out: &'f mut O,
) -> impl Future<Output = Result<(), Box<WireError>>> + Send + 'f
where
    Q: Rows,
    A: Yields<Q>,
    C: Includes<Q, Way = Rowed>,
    O: Outlet,
{
    async move {
        let query = read::<Q, C, _>(arrived)?;
        let mut rows = pin!(app.stream_with(query, arrived.call()));
        loop {
            let next = pin!(poll_fn(|cx| rows.as_mut().poll_next(cx)));
            let row = match select(next, pin!(out.gone())).await {
                Either::Left((Some(row), _)) => row,
                Either::Left((None, _)) => break,
                Either::Right(((), _)) => return Ok(()),
            };
            match row {
                Ok(row) => {
                    write_ok::<Q, C, _, _>(arrived, Kind::Item, row, out.sink())?;
                    if !out.row().await {
                        return Ok(());
                    }
                }
                Err(error) => return write_answer::<Q, C, _, _>(arrived, Err(error), out),
            }
        }
        Ok(write_end(arrived, out)?)
    }
}

fn write_end<X, O: Outlet>(arrived: &Arrived<'_, X>, out: &mut O) -> Result<(), WireError> {
    let request = arrived.envelope;
    let mut end = crate::envelope::Envelope::new(Kind::End, request.id, request.key, request.codec);
    end.version = request.version;
    Ok(end.encode_head(out.sink())?)
}
