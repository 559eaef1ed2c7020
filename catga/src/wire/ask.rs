use core::future::Future;

use alloc::boxed::Box;

use super::read::read;
use super::within::within;
use super::{Arrived, Asked, Ending, WireError};
use crate::contract::Includes;
use crate::error::Error;
use crate::mediator::Handles;
use crate::message::Message;
use crate::scope::{Context, Frame, Inside, Place};

/// Decodes a command or a query, and sends it.
#[expect(clippy::manual_async_fn, reason = "an `async fn` keeps its arguments twice")]
#[inline]
pub fn ask<'f, M, A, C, E>(
    app: &'f A,
    arrived: &'f Arrived<'f, A::Extension>,
    ending: E,
) -> impl Future<Output = Result<E::Output, Box<WireError>>> + Send + 'f
where
    M: Message,
    A: Handles<M>,
    C: Includes<M, Way = Asked>,
    E: Ending + 'f,
{
    async move {
        let call = arrived.call();
        let place = Place::new(app, Frame::of(&call.origin), call.extension);
        let mut cx = Context::new(Inside::new(&place));
        let outcome = match begin::<M, C, A>(arrived, &cx)? {
            Some(input) => within(app.enter_at(input, &mut cx), arrived.envelope.budget, app.timer()).await,
            None => Err(Error::Cancelled),
        };
        ending.end::<M, C, _>(arrived, outcome)
    }
}

/// Decodes a message; nothing where it is cancelled already. A plain function: what an async block has in its hands it
/// keeps book of, in case that it is dropped.
#[inline]
fn begin<M, C, A>(
    arrived: &Arrived<'_, A::Extension>,
    cx: &Context<Inside<'_, A>>,
) -> Result<Option<M::In<'static>>, Box<WireError>>
where
    M: Message,
    A: Handles<M>,
    C: Includes<M, Way = Asked>,
{
    let message = read::<M, C, _>(arrived)?;
    // Commands and queries travel by value, and nothing else is asked.
    Ok(if cx.frame_ref().is_cancelled() { None } else { message.own() })
}
