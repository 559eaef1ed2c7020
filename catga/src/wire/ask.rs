use core::future::Future;
use core::pin::pin;

use alloc::boxed::Box;

use super::read::read_into;
use super::started::{Started, StartedProjection};
use super::within::within;
use super::{Arrived, Asked, Ending, WireError};
use crate::contract::Includes;
use crate::error::Error;
use crate::mediator::Handles;
use crate::message::{Message, Outcome, Travels};
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
        let place = Place::new(app, Frame::arrived_in(arrived.envelope, &arrived.origin), arrived.extension);
        let mut cx = Context::new(Inside::new(&place));
        // Pinned as it is answered, it is made here, and the message is never copied.
        let started = pin!(start::<M, C, A>(arrived, &mut cx));
        let (run, error) = match started.project() {
            StartedProjection::Runs { run } => (Some(run), None),
            StartedProjection::Ended { error } => (None, error.take()),
        };
        if let Some(error) = error {
            // Here too, or there would be a flag that says whether.
            drop(ending);
            return Err(error);
        }
        let Some(run) = run.filter(|_| !arrived.origin.cancel.is_some_and(Cancel::is_cancelled)) else {
            return ending.stopped(arrived, Error::Cancelled);
        };
        // Pinned too: dropped before it is written, what is answered would be copied out of its way.
        let run = pin!(within(run, &place));
        match run.await {
            Some(outcome) => ending.end::<M, C, _>(arrived, outcome),
            None => ending.stopped(arrived, Error::Timeout),
        }
    }
}

/// Decodes a message and begins to send it.
#[inline]
fn start<M, C, A>(
    arrived: &Arrived<'_, A::Extension>,
    cx: &mut Context<Inside<'_, A>>,
) -> Started<impl Future<Output = Outcome<M>> + Send>
where
    M: Message,
    A: Handles<M>,
    C: Includes<M, Way = Asked>,
{
    let then = move |message| {
        let app = cx.mediator();
        // Commands and queries travel by value, and nothing else is asked.
        <M::In<'_> as Travels<M>>::hand_to(
            message,
            move |input| Started::Runs { run: app.enter_at(input, cx) },
            || Started::Ended { error: None },
        )
    };
    read_into::<M, C, _, _>(arrived, then, |error| Started::Ended { error: Some(error) })
}
