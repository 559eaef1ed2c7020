use core::future::Future;

use alloc::boxed::Box;

use super::read::read;
use super::{Arrived, Ending, Told, WireError};
use crate::contract::Includes;
use crate::error::{Error, Failure};
use crate::mediator::Hears;
use crate::message::Message;

/// Decodes an event, and publishes it.
#[expect(clippy::manual_async_fn, reason = "an `async fn` keeps its arguments twice")]
#[inline]
pub fn tell<'f, M, A, C, E>(
    app: &'f A,
    arrived: &'f Arrived<'f, A::Extension>,
    ending: E,
) -> impl Future<Output = Result<E::Output, Box<WireError>>> + Send + 'f
where
    M: Message,
    A: Hears<M>,
    C: Includes<M, Way = Told>,
    E: Ending + 'f,
{
    async move {
        let event = read::<M, C, _>(arrived)?;
        // An event is not late: what came of it is told in the end, however long that takes.
        let told = app.publish_with(event, arrived.call()).await;
        ending.end::<M, C, _>(arrived, told.map_err(|failed| Error::Refused(Failure::from_error(failed))))
    }
}
