use core::future::Future;

use alloc::boxed::Box;

use super::failure::{write_failure, write_reply_head};
use super::read::read;
use super::{Arrived, Outlet, Received, Told, WireError};
use crate::contract::Includes;
use crate::error::{Error, Failure};
use crate::mediator::Hears;
use crate::message::Message;

/// Decodes an event that waits for its handlers, and publishes it.
#[expect(clippy::manual_async_fn, reason = "an `async fn` keeps its arguments twice")]
#[inline]
pub fn tell<'f, M, A, C, O>(
    app: &'f A,
    arrived: &'f Arrived<'f, A::Extension>,
    out: &'f mut O,
) -> impl Future<Output = Result<(), Box<WireError>>> + Send + 'f
where
    M: Message,
    A: Hears<M>,
    C: Includes<M, Way = Told>,
    O: Outlet,
{
    async move {
        let written = match hear::<M, A, C>(app, arrived).await? {
            Ok(()) => write_reply_head::<M, C, _>(arrived.envelope, out.sink()),
            Err(failure) => write_failure::<M::Error>(arrived.envelope, &Error::Refused(failure), out.sink()),
        };
        Ok(written?)
    }
}

/// Decodes an event, and publishes it.
#[expect(clippy::manual_async_fn, reason = "an `async fn` keeps its arguments twice")]
#[inline]
pub fn hear<'f, M, A, C>(
    app: &'f A,
    arrived: &'f Arrived<'f, A::Extension>,
) -> impl Future<Output = Result<Received, Box<WireError>>> + Send + 'f
where
    M: Message,
    A: Hears<M>,
    C: Includes<M, Way = Told>,
{
    async move {
        let event = read::<M, C, _>(arrived)?;
        // An event is not late: what came of it is told in the end, however long that takes.
        let told = app.publish_with(event, arrived.call()).await;
        Ok(told.map_err(Failure::from_error))
    }
}
