use core::future::Future;

use alloc::boxed::Box;

use super::failure::write_answer;
use super::read::read;
use super::within::within;
use super::{Arrived, Asked, Outlet, Received, WireError};
use crate::contract::Includes;
use crate::error::Failure;
use crate::mediator::Handles;
use crate::message::Message;
use crate::scope::Frame;

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
        let message = match read::<M, C, _>(arrived) {
            Ok(message) => message,
            Err(error) => return Err(error),
        };
        let call = arrived.call();
        let run = app.enter(message, Frame::of(&call.origin), call.extension);
        let outcome = within(run, arrived.envelope.budget, app.timer()).await;
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
        let message = match read::<M, C, _>(arrived) {
            Ok(message) => message,
            Err(error) => return Err(error),
        };
        let call = arrived.call();
        let run = app.enter(message, Frame::of(&call.origin), call.extension);
        let outcome = within(run, arrived.envelope.budget, app.timer()).await;
        Ok(outcome.map(drop).map_err(Failure::from_error))
    }
}
