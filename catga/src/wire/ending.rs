use core::convert::Infallible;
use core::future::{Future, ready};

use alloc::boxed::Box;

use super::answer::{AnswerOf, write_answer};
use super::failure::write_failure;
use super::rows::answer_rows;
use super::{Arrived, Outlet, Received, Rowed, WireError};
use crate::contract::Includes;
use crate::error::{Error, Failure};
use crate::mediator::Yields;
use crate::message::{Message, Rows};

/// What becomes of how a message ended that has arrived: [`Answering`] writes it, [`Receiving`] only tells it.
pub trait Ending: Send {
    /// What is left to say where it was dispatched.
    type Output: Send;

    /// A command, a query or an event has ended.
    ///
    /// # Errors
    /// [`WireError`] where its answer has no bytes.
    fn end<M, C, X>(
        self,
        arrived: &Arrived<'_, X>,
        outcome: Result<AnswerOf<M, C>, Error<M::Error>>,
    ) -> Result<Self::Output, Box<WireError>>
    where
        M: Message,
        C: Includes<M>;

    /// It was not dispatched, or waited for in vain: cancelled, or too late.
    ///
    /// # Errors
    /// As [`end`](Self::end).
    fn stopped<X>(self, arrived: &Arrived<'_, X>, why: Error<Infallible>) -> Result<Self::Output, Box<WireError>>;

    /// A stream query has arrived: decodes it, and takes its rows.
    fn rows<'f, Q, A, C>(
        self,
        app: &'f A,
        arrived: &'f Arrived<'f, A::Extension>,
    ) -> impl Future<Output = Result<Self::Output, Box<WireError>>> + Send + 'f
    where
        Self: 'f,
        Q: Rows,
        A: Yields<Q>,
        C: Includes<Q, Way = Rowed>;
}

/// It is answered: the reply, the rows or the failure is written to an outlet.
#[derive(Debug)]
pub struct Answering<'o, O>(pub &'o mut O);

impl<O: Outlet> Ending for Answering<'_, O> {
    type Output = ();

    #[inline]
    fn end<M, C, X>(
        self,
        arrived: &Arrived<'_, X>,
        outcome: Result<AnswerOf<M, C>, Error<M::Error>>,
    ) -> Result<(), Box<WireError>>
    where
        M: Message,
        C: Includes<M>,
    {
        write_answer::<M, C, _, _>(arrived, outcome, self.0)
    }

    #[cold]
    fn stopped<X>(self, arrived: &Arrived<'_, X>, why: Error<Infallible>) -> Result<(), Box<WireError>> {
        Ok(write_failure(arrived.envelope, &why, self.0.sink())?)
    }

    #[inline]
    fn rows<'f, Q, A, C>(
        self,
        app: &'f A,
        arrived: &'f Arrived<'f, A::Extension>,
    ) -> impl Future<Output = Result<(), Box<WireError>>> + Send + 'f
    where
        Self: 'f,
        Q: Rows,
        A: Yields<Q>,
        C: Includes<Q, Way = Rowed>,
    {
        answer_rows::<Q, A, C, O>(app, arrived, self.0)
    }
}

/// Nobody waits for an answer, but somebody wants to know how it went.
#[derive(Clone, Copy, Debug)]
pub struct Receiving;

impl Ending for Receiving {
    type Output = Received;

    #[inline]
    fn end<M, C, X>(
        self,
        _: &Arrived<'_, X>,
        outcome: Result<AnswerOf<M, C>, Error<M::Error>>,
    ) -> Result<Received, Box<WireError>>
    where
        M: Message,
        C: Includes<M>,
    {
        Ok(outcome.map(drop).map_err(|error| match error {
            // It is one already.
            Error::Refused(failure) => failure,
            error => Failure::from_error(error),
        }))
    }

    #[cold]
    fn stopped<X>(self, _: &Arrived<'_, X>, why: Error<Infallible>) -> Result<Received, Box<WireError>> {
        Ok(Err(Failure::from_error(why)))
    }

    /// Rows that nobody reads are none.
    fn rows<'f, Q, A, C>(
        self,
        _: &'f A,
        arrived: &'f Arrived<'f, A::Extension>,
    ) -> impl Future<Output = Result<Received, Box<WireError>>> + Send + 'f
    where
        Self: 'f,
        Q: Rows,
        A: Yields<Q>,
        C: Includes<Q, Way = Rowed>,
    {
        ready(Err(WireError::unread::<Q, _>(arrived)))
    }
}
