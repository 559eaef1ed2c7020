//! The way of a command or a query from the mediator to its handler.
//!
//! Where no behavior is around the handler there is nothing to generate but where it is: a function for each
//! message would be checked, and its future laid out, for each message of each mediator.

use core::future::{Future, pending};

use crate::handler::Handler;
use crate::message::{Message, Outcome};
use crate::scope::{Context, Inside, Mediator};

/// A way to the handler of `M`.
#[diagnostic::on_unimplemented(
    message = "CATGA001: the handler of `{M}` does not run in `{A}`",
    label = "not handled in this mediator",
    note = "a handler runs where the mediator has what its context asks for"
)]
pub trait Way<M: Message, A: Mediator> {
    /// Goes it.
    fn run(app: &A, input: M::In<'_>, cx: &mut Context<Inside<'_, A>>) -> impl Future<Output = Outcome<M>> + Send;
}

/// Field number `N` of a mediator: a handler set, or a pointer to one.
///
/// `Nothing` is the set's `Named::Nothing`. With it the header names the set, and then a public mediator may
/// have a private set; as a parameter, the set itself would have to outlive what is borrowed from the mediator.
pub trait Holds<Nothing, const N: usize> {
    /// The set.
    type Set;

    /// The set.
    fn set(&self) -> &Self::Set;
}

/// The way to a handler of field `N` that no behavior is around.
#[derive(Debug)]
pub struct At<const N: usize>;

// On one line, as errors show it.
#[rustfmt::skip]
impl<M: Message, A: Mediator + Holds<(), N, Set: for<'a> Handler<M, Inside<'a, A>>>, const N: usize> Way<M, A> for At<N> {
    #[inline]
    fn run(app: &A, input: M::In<'_>, cx: &mut Context<Inside<'_, A>>) -> impl Future<Output = Outcome<M>> + Send {
        app.set().handle(input, cx)
    }
}

/// The chain of one message: what `#[mediator]` implements where there are behaviors around its handler.
///
/// `N` is the message's number: the compiler compares all implementations with each other, and messages that are
/// not named yet only by this. So one message twice is no error here, as it is one of `Dispatches`.
pub trait Pipes<M: Message, const N: usize> {
    /// Runs the chain in a scope.
    fn dispatch(&self, input: M::In<'_>, cx: &mut Context<Inside<'_, Self>>) -> impl Future<Output = Outcome<M>> + Send
    where
        Self: Mediator;
}

/// The way through chain number `N`.
#[derive(Debug)]
pub struct Piped<const N: usize>;

#[diagnostic::do_not_recommend]
impl<M: Message, A: Mediator + Pipes<M, N>, const N: usize> Way<M, A> for Piped<N> {
    #[inline]
    fn run(app: &A, input: M::In<'_>, cx: &mut Context<Inside<'_, A>>) -> impl Future<Output = Outcome<M>> + Send {
        app.dispatch(input, cx)
    }
}

/// No way: something is wrong with the handler and was reported, or nobody sends the message.
#[derive(Debug)]
pub struct NoWay;

impl<M: Message, A: Mediator> Way<M, A> for NoWay {
    fn run(_: &A, _: M::In<'_>, _: &mut Context<Inside<'_, A>>) -> impl Future<Output = Outcome<M>> + Send {
        pending()
    }
}
