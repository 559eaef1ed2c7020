use core::future::Future;

use alloc::boxed::Box;

use super::failure::{write_answer, write_failure};
use super::read::read;
use super::within::within;
use super::{Arrived, Asked, Outlet, Received, WireError};
use crate::contract::Includes;
use crate::error::{Error, Failure};
use crate::mediator::Handles;
use crate::message::Message;
use crate::scope::{Context, Frame, Inside, Place};

/// Decodes a command or a query, sends it, and encodes its answer.
#[expect(clippy::manual_async_fn, reason = "an `async fn` keeps its arguments twice")]
#[inline]
pub fn ask<'f, M, A, C, O>(
    app: &'f A,
    arrived: &'f Arrived<'f, A::Extension>,
    out: &'f mut O,
) -> impl Future<Output = Result<(), Box<WireError>>> + Send + 'f
where
    M: Message,
    A: Handles<M>,
    C: Includes<M, Way = Asked>,
    O: Outlet,
{
    async move {
        let call = arrived.call();
        let place = Place::new(app, Frame::of(&call.origin), call.extension);
        let mut cx = Context::new(Inside::new(&place));
        let input = match begin::<M, C, A>(arrived, &cx) {
            Ok(input) => input,
            Err(Ended::Rejected(error)) => return Err(error),
            Err(Ended::Cancelled) => {
                return Ok(write_failure::<M::Error>(arrived.envelope, &Error::Cancelled, out.sink())?);
            }
        };
        let outcome = within(app.enter_at(input, &mut cx), arrived.envelope.budget, app.timer()).await;
        Ok(write_answer::<M, C, _, _>(arrived, outcome, out)?)
    }
}

/// Decodes a command or a query that wants no answer, and sends it.
#[expect(clippy::manual_async_fn, reason = "an `async fn` keeps its arguments twice")]
#[inline]
pub fn take<'f, M, A, C>(
    app: &'f A,
    arrived: &'f Arrived<'f, A::Extension>,
) -> impl Future<Output = Result<Received, Box<WireError>>> + Send + 'f
where
    M: Message,
    A: Handles<M>,
    C: Includes<M, Way = Asked>,
{
    async move {
        let call = arrived.call();
        let place = Place::new(app, Frame::of(&call.origin), call.extension);
        let mut cx = Context::new(Inside::new(&place));
        let input = match begin::<M, C, A>(arrived, &cx) {
            Ok(input) => input,
            Err(Ended::Rejected(error)) => return Err(error),
            Err(Ended::Cancelled) => return Ok(Err(Failure::from_error(Error::<M::Error>::Cancelled))),
        };
        let outcome = within(app.enter_at(input, &mut cx), arrived.envelope.budget, app.timer()).await;
        Ok(outcome.map(drop).map_err(Failure::from_error))
    }
}

/// Why a message did not reach its handler.
enum Ended {
    Rejected(Box<WireError>),
    Cancelled,
}

/// Decodes a message. A plain function: what an async block has in its hands it keeps book of, in case that it is
/// dropped.
#[inline]
fn begin<M, C, A>(arrived: &Arrived<'_, A::Extension>, cx: &Context<Inside<'_, A>>) -> Result<M::In<'static>, Ended>
where
    M: Message,
    A: Handles<M>,
    C: Includes<M, Way = Asked>,
{
    let message = match read::<M, C, _>(arrived) {
        Ok(message) => message,
        Err(error) => return Err(Ended::Rejected(error)),
    };
    if cx.frame_ref().is_cancelled() {
        return Err(Ended::Cancelled);
    }
    // Commands and queries travel by value, and nothing else is asked.
    message.own().ok_or(Ended::Cancelled)
}
