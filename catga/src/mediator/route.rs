//! How the compiler goes from `shop.send(message)` to the one generated implementation.
//!
//! The public traits ([`Handles`](super::Handles), [`Hears`](super::Hears), [`Yields`](super::Yields))
//! are implemented by blanket, in two ways: `Known` asks the message, and by its key the mediator;
//! `Unknown` never holds. It is there because a method with one candidate is taken for granted, and a
//! broken bound then reported at the argument, at the call and at the `.await`; of two candidates that
//! both fail the first is one error, at the message.
//!
//! While the message is not known yet, `?M: Handled<..>` is decided at once. Were the mediator itself
//! asked, each send would try the generated implementations of all messages, which made checking a
//! mediator quadratic in its messages.

use crate::message::Message;

/// A message that the mediator has an implementation for.
#[derive(Debug)]
pub struct Known;

/// The way that is never taken.
#[derive(Debug)]
pub struct Unknown;

/// What no message is.
pub trait Nowhere<A>: Message {}

/// Whether nothing is wrong with the handlers. Where something is, that is an error of its own, and what a
/// mediator handles is not asked any further.
#[derive(Debug)]
pub struct Names<const RIGHT: bool>;

/// The answer of a mediator that was never composed, as a handler set has no macro: its own constant of this name
/// comes first.
pub trait Unanswered {
    /// Nothing is right.
    const __CATGA_RIGHT: bool = false;
}

impl<A> Unanswered for A {}
