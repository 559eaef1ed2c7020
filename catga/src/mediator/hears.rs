use core::future::Future;

use super::audience::{Audience, Listed};
use super::roll_call::RollCall;
use super::route::{Known, Names, Nowhere, Unknown};
use crate::error::{Error, PublishError};
use crate::message::Message;
use crate::scope::{Call, Frame, Inside, Mediator, Place};

/// Hears the event `E`: a mediator does where a field has a handler of it.
#[diagnostic::on_unimplemented(
    message = "CATGA005: nobody in `{Self}` hears `{E}`",
    label = "no handler for this event",
    note = "events are published, by value and without `&`; a command is sent; where that is right, write a `#[handler]` method that takes `&{E}` and make its type a field of `{Self}`, or say `#[mediator(unheard({E}))]`"
)]
pub trait Hears<E, Route = Known>: Mediator {
    /// Runs the chains of all handlers.
    #[doc(hidden)]
    fn fan_out(&self, event: &E, place: Inside<'_, Self>) -> impl Future<Output = Result<(), PublishError>> + Send;

    /// Runs the event in a frame: every publish comes through here.
    #[doc(hidden)]
    fn spread<'a>(
        &'a self,
        event: E,
        frame: Frame<'a>,
        extension: Option<&'a Self::Extension>,
    ) -> impl Future<Output = Result<(), PublishError>> + Send;

    /// Runs the event of a call, of which some handlers may have done their part already.
    #[doc(hidden)]
    fn spread_call<'a>(
        &'a self,
        event: E,
        call: &'a Call<'a, Self::Extension>,
    ) -> impl Future<Output = Result<(), PublishError>> + Send;

    /// Publishes an event: every handler runs, each in its own pipeline, all at once unless the event
    /// says `fan_out = sequential` or `stop_at_first`.
    ///
    /// Nothing runs before the first poll. Dropping the future stops the handlers where they wait. With
    /// the feature `std` a handler that panics fails alone.
    ///
    /// # Errors
    /// The handlers that failed, with what they failed with.
    #[inline]
    fn publish(&self, event: E) -> impl Future<Output = Result<(), PublishError>> + Send {
        self.spread(event, Frame::first(), None)
    }

    /// The same, with what a caller sends along.
    ///
    /// # Errors
    /// As [`publish`](Self::publish); [`Error::Cancelled`] where the call is cancelled already.
    fn publish_with(
        &self,
        event: E,
        call: Call<'_, Self::Extension>,
    ) -> impl Future<Output = Result<(), PublishError>> + Send
    where
        E: Message,
    {
        #[cfg(all(feature = "wire", feature = "store"))]
        let call = call.of::<E>();
        async move { self.spread_call(event, &call).await }
    }
}

/// The handlers of one event: what `#[mediator]` implements.
pub trait Tells<E: Message, K>: Sized {
    /// All of them.
    type Audience: Listed<Self, E>
    where
        Self: Mediator;
}

/// An event that `A` has handlers of.
pub trait Heard<A: Mediator, Names>: Message {
    /// Runs the chains of all handlers.
    fn fan_out<C: RollCall>(
        &self,
        place: Inside<'_, A>,
        called: C,
    ) -> impl Future<Output = Result<(), PublishError>> + Send;
}

#[diagnostic::do_not_recommend]
impl<E: Message, A: Mediator + Tells<E, E::Key>> Heard<A, Names<true>> for E {
    #[inline]
    fn fan_out<C: RollCall>(
        &self,
        place: Inside<'_, A>,
        called: C,
    ) -> impl Future<Output = Result<(), PublishError>> + Send {
        <A::Audience as Listed<A, E>>::Audience::fan_out(self, place, called)
    }
}

#[diagnostic::do_not_recommend]
impl<E: Message, A: Mediator> Heard<A, Names<false>> for E {
    fn fan_out<C: RollCall>(&self, _: Inside<'_, A>, _: C) -> impl Future<Output = Result<(), PublishError>> + Send {
        core::future::pending()
    }
}

#[diagnostic::do_not_recommend]
impl<A: Mediator, E: Heard<A, A::Names>> Hears<E, Known> for A {
    #[inline]
    fn fan_out(&self, event: &E, place: Inside<'_, A>) -> impl Future<Output = Result<(), PublishError>> + Send {
        event.fan_out(place, ())
    }

    #[inline]
    fn spread<'a>(
        &'a self,
        event: E,
        frame: Frame<'a>,
        extension: Option<&'a A::Extension>,
    ) -> impl Future<Output = Result<(), PublishError>> + Send {
        let place = Place::new(self, frame, extension);
        async move {
            if place.frame().is_cancelled() {
                return Err(PublishError::new(E::INFO.ident, Error::Cancelled));
            }
            event.fan_out(Inside::new(&place), ()).await
        }
    }

    #[inline]
    fn spread_call<'a>(
        &'a self,
        event: E,
        call: &'a Call<'a, A::Extension>,
    ) -> impl Future<Output = Result<(), PublishError>> + Send {
        let place = Place::new(self, Frame::of(&call.origin), call.extension);
        async move {
            if place.frame().is_cancelled() {
                return Err(PublishError::new(E::INFO.ident, Error::Cancelled));
            }
            #[cfg(all(feature = "wire", feature = "store"))]
            let called = place.frame().roll();
            #[cfg(not(all(feature = "wire", feature = "store")))]
            let called = ();
            event.fan_out(Inside::new(&place), called).await
        }
    }
}

#[diagnostic::do_not_recommend]
impl<A: Mediator, E: Nowhere<A>> Hears<E, Unknown> for A {
    fn fan_out(&self, _: &E, _: Inside<'_, A>) -> impl Future<Output = Result<(), PublishError>> + Send {
        core::future::pending()
    }

    fn spread<'a>(
        &'a self,
        _: E,
        _: Frame<'a>,
        _: Option<&'a A::Extension>,
    ) -> impl Future<Output = Result<(), PublishError>> + Send {
        core::future::pending()
    }

    fn spread_call<'a>(
        &'a self,
        _: E,
        _: &'a Call<'a, A::Extension>,
    ) -> impl Future<Output = Result<(), PublishError>> + Send {
        core::future::pending()
    }
}
