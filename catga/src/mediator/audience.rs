//! The handlers of one event, as a type: the mediator lists them, and each runs in its own chain.

use core::future::Future;

use super::contain::contain;
use super::fan::Fan;
use super::join::join;
use super::roll_call::RollCall;
use crate::error::{Failure, PublishError};
use crate::message::{Command, Event, FanOut, Kind, Message, Outcome, Query, Stream};
use crate::scope::{Context, Inside, Mediator};

/// What the handlers of an event came to.
pub type Published = Result<(), PublishError>;

/// Handler number `N` of a mediator's events, for event `E`.
pub trait Ear<E: Message, const N: usize> {
    /// The handler, as `Type::method`.
    const NAME: &'static str;

    /// Runs the handler's chain.
    fn hear(&self, event: E::In<'_>, cx: &mut Context<Inside<'_, Self>>) -> impl Future<Output = Outcome<E>> + Send
    where
        Self: Mediator;
}

/// Who hears messages of a kind, of those who take them by reference: nobody, where it is no kind of events. That
/// is reported at the handler.
pub trait HeardBy: Kind {
    /// The handlers, or nobody.
    type Audience<A>;
}

impl HeardBy for Event {
    type Audience<A> = A;
}

impl HeardBy for Command {
    type Audience<A> = Nobody;
}

impl HeardBy for Query {
    type Audience<A> = Nobody;
}

impl HeardBy for Stream {
    type Audience<A> = Nobody;
}

/// What a mediator lists for a message, as it is heard.
#[diagnostic::on_unimplemented(
    message = "CATGA026: `{A}` has handlers of two different events of one name, and `{E}` is one of them",
    label = "a mediator tells events apart by name",
    note = "say `#[handler(key = \"..\")]` on the handler of one of them, or rename it"
)]
pub trait Listed<A: Mediator, E: Message> {
    /// The handlers, or nobody.
    type Audience: Audience<A, E>;
}

#[diagnostic::do_not_recommend]
impl<T, A: Mediator, E: Message<Kind: HeardBy>> Listed<A, E> for T
where
    <E::Kind as HeardBy>::Audience<T>: Audience<A, E>,
{
    type Audience = <E::Kind as HeardBy>::Audience<T>;
}

/// Some handlers of one event.
pub trait Audience<A: Mediator, E: Message> {
    /// Says their names.
    #[cfg(all(feature = "wire", feature = "store"))]
    fn names(names: &mut std::vec::Vec<&'static str>);

    /// Runs them at once, each to its end.
    fn tell<C: RollCall>(event: &E, place: Inside<'_, A>, called: C) -> impl Future<Output = Published> + Send;

    /// Runs them one after the other; `stop` ends at the first failure.
    fn tell_in_order<C: RollCall>(
        event: &E,
        place: Inside<'_, A>,
        stop: bool,
        called: C,
    ) -> impl Future<Output = Published> + Send;

    /// Runs them in the way that the event says.
    #[inline]
    fn fan_out<C: RollCall>(event: &E, place: Inside<'_, A>, called: C) -> impl Future<Output = Published> + Send {
        #[cfg(all(feature = "wire", feature = "store"))]
        if !called.call(Self::names) {
            return Fan::Refused { error: Some(strange::<E>()) };
        }
        match const { E::FAN_OUT } {
            FanOut::Concurrent => Fan::AtOnce { run: Self::tell(event, place, called) },
            FanOut::Sequential => Fan::InOrder { run: Self::tell_in_order(event, place, false, called) },
            FanOut::StopAtFirst => Fan::InOrder { run: Self::tell_in_order(event, place, true, called) },
        }
    }
}

/// A handler has done its part under a name that nobody has here.
#[cfg(all(feature = "wire", feature = "store"))]
#[cold]
fn strange<E: Message>() -> PublishError {
    let text = "a handler has done its part of the event, and there is none of its name any more; say `#[handler(name = \"..\")]` where it was renamed";
    let failure = Failure::with_source("catga.delivery.strange_handler", crate::error::Class::Permanent, text);
    PublishError::new(E::INFO.ident, crate::error::Error::Refused(failure))
}

/// Nobody: an event that the mediator allows to go unheard.
#[derive(Debug)]
pub struct Nobody;

impl<A: Mediator, E: Message> Audience<A, E> for Nobody {
    #[cfg(all(feature = "wire", feature = "store"))]
    fn names(_: &mut std::vec::Vec<&'static str>) {}

    async fn tell<C: RollCall>(_: &E, _: Inside<'_, A>, _: C) -> Published {
        Ok(())
    }

    async fn tell_in_order<C: RollCall>(_: &E, _: Inside<'_, A>, _: bool, _: C) -> Published {
        Ok(())
    }
}

/// One handler.
#[derive(Debug)]
pub struct One<const N: usize>;

/// What tells a handler from the others of its event, as far as it can be told in 28 bits: its name, and its place, as
/// two fields of one type have one name. The frame has the others for itself, and counts on from here.
const fn which(name: &str, place: usize) -> u32 {
    let hash = crate::message::hash(name);
    ((hash ^ (hash >> 32)) as u32 ^ (place as u32).wrapping_mul(0x9e37_79b9)) & (u32::MAX >> 4)
}

#[diagnostic::do_not_recommend]
impl<A, E, const N: usize> Audience<A, E> for One<N>
where
    A: Mediator + Ear<E, N>,
    E: for<'a> Message<In<'a> = &'a E, Reply = (), Error = Failure>,
{
    #[cfg(all(feature = "wire", feature = "store"))]
    fn names(names: &mut std::vec::Vec<&'static str>) {
        names.push(<A as Ear<E, N>>::NAME);
    }

    #[inline]
    fn tell<C: RollCall>(event: &E, place: Inside<'_, A>, called: C) -> impl Future<Output = Published> + Send {
        contain(|| <A as Ear<E, N>>::NAME, async move {
            // A frame of its own: a timeout around one handler is not its neighbour's.
            let place = place.share(const { which(<A as Ear<E, N>>::NAME, N) });
            if !called.enter(<A as Ear<E, N>>::NAME, place.frame()) {
                return Ok(());
            }
            let mut cx = Context::new(Inside::new(&place));
            let heard = place.app().hear(event, &mut cx).await;
            if heard.is_ok() {
                called.leave(<A as Ear<E, N>>::NAME);
            }
            heard
        })
    }

    #[inline]
    fn tell_in_order<C: RollCall>(
        event: &E,
        place: Inside<'_, A>,
        _: bool,
        called: C,
    ) -> impl Future<Output = Published> + Send {
        Self::tell(event, place, called)
    }
}

/// The handlers of `L`, then those of `R`.
#[derive(Debug)]
pub struct Both<L, R>(core::marker::PhantomData<fn() -> (L, R)>);

#[diagnostic::do_not_recommend]
impl<A: Mediator, E: Message, L: Audience<A, E>, R: Audience<A, E>> Audience<A, E> for Both<L, R> {
    #[cfg(all(feature = "wire", feature = "store"))]
    fn names(names: &mut std::vec::Vec<&'static str>) {
        L::names(names);
        R::names(names);
    }

    #[inline]
    fn tell<C: RollCall>(event: &E, place: Inside<'_, A>, called: C) -> impl Future<Output = Published> + Send {
        join(L::tell(event, place, called), R::tell(event, place, called), both)
    }

    #[inline]
    async fn tell_in_order<C: RollCall>(event: &E, place: Inside<'_, A>, stop: bool, called: C) -> Published {
        let left = L::tell_in_order(event, place, stop, called).await;
        if stop && left.is_err() {
            return left;
        }
        both(left, R::tell_in_order(event, place, stop, called).await)
    }
}

#[cfg_attr(
    not(feature = "alloc"),
    expect(clippy::result_large_err, reason = "without `alloc` a failure is held in place")
)]
fn both(left: Published, right: Published) -> Published {
    match (left, right) {
        (Err(left), Err(right)) => Err(left.and(right)),
        (left, right) => left.and(right),
    }
}
