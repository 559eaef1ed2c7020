use core::future::Future;

use alloc::boxed::Box;

use super::read::read;
use super::within::within;
use super::{Arrived, Asked, Ending, WireError};
use crate::contract::Includes;
use crate::mediator::Handles;
use crate::message::{Message, Outcome};
use crate::scope::{Context, Frame, Inside, Place};
use crate::time::Cancel;

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
        let origin = arrived.call().origin;
        let place = Place::new(app, Frame::of(&origin), arrived.extension);
        let mut cx = Context::new(Inside::new(&place));
        let run = match start::<M, C, A>(app, arrived, &mut cx) {
            Ok(run) => run,
            Err(None) => return ending.cancelled(arrived),
            Err(Some(error)) => {
                // Here too, or there would be a flag that says whether.
                drop(ending);
                return Err(error);
            }
        };
        let outcome = within(run, arrived.envelope, app.timer()).await;
        ending.end::<M, C, _>(arrived, outcome)
    }
}

/// Decodes a message and begins to send it; no error where it is cancelled already. A plain function, which has the
/// message in its hands: what an async block has it keeps book of, in case that it is dropped, and copies.
#[inline]
fn start<'c, M, C, A>(
    app: &'c A,
    arrived: &'c Arrived<'_, A::Extension>,
    cx: &'c mut Context<Inside<'_, A>>,
) -> Result<impl Future<Output = Outcome<M>> + Send, Option<Box<WireError>>>
where
    M: Message,
    A: Handles<M>,
    C: Includes<M, Way = Asked>,
{
    let message = read::<M, C, _>(arrived).map_err(Some)?;
    if arrived.cancel.is_some_and(Cancel::is_cancelled) {
        return Err(None);
    }
    // Commands and queries travel by value, and nothing else is asked.
    message.own().map(|input| app.enter_at(input, cx)).ok_or(None)
}
