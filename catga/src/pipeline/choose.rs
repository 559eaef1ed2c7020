//! Chooses the link for an entry by what its behavior is, and asks there whether it fits the message,
//! so that a misfit is one error at the entry itself.
//!
//! `Pick(entry).join(next)` is looked up by value first, where the behavior has to change the scope,
//! and then by reference, for every behavior.

use super::link::{Link, LinkBuilt, LinkBuiltInto, LinkInto};
use super::{Behavior, ChangesScope, Enters, Entry, Next};
use crate::message::Message;
use crate::scope::Dispatched;

/// A constant or a field on its way into a chain.
#[derive(Clone, Copy)]
pub struct Pick<E>(pub E);

/// A constructor over fields on its way into a chain.
#[derive(Clone, Copy)]
pub struct PickBuilt<F>(pub F);

/// Joins a behavior that changes the scope.
pub trait JoinInto<'h, B>: Sized {
    /// This behavior, then `next` in its scope.
    fn join<M: Message, S: Dispatched, N>(self, next: N) -> impl Next<M, S> + use<'h, Self, B, M, S, N>
    where
        B: Enters<M, S>,
        N: Next<M, B::Inner>;
}

/// Joins any other behavior.
pub trait JoinPlain<'h, B>: Sized {
    /// This behavior, then `next`.
    fn join<M: Message, S: Dispatched, N>(&self, next: N) -> impl Next<M, S> + use<'h, Self, B, M, S, N>
    where
        B: Behavior<M, S>,
        N: Next<M, S>;
}

impl<'h, B: ChangesScope, E: Entry<'h, Behavior = B>> JoinInto<'h, B> for Pick<E> {
    #[inline]
    fn join<M: Message, S: Dispatched, N>(self, next: N) -> impl Next<M, S> + use<'h, B, M, S, N, E>
    where
        B: Enters<M, S>,
        N: Next<M, B::Inner>,
    {
        LinkInto::<'h, E, N>::new(self.0, next)
    }
}

impl<'h, B, E: Entry<'h, Behavior = B>> JoinPlain<'h, B> for Pick<E> {
    #[inline]
    fn join<M: Message, S: Dispatched, N>(&self, next: N) -> impl Next<M, S> + use<'h, B, M, S, N, E>
    where
        B: Behavior<M, S>,
        N: Next<M, S>,
    {
        Link::<'h, E, N>::new(self.0, next)
    }
}

impl<'h, B: ChangesScope, F: Fn() -> B + Copy + Send + Sync> JoinInto<'h, B> for PickBuilt<F> {
    #[inline]
    fn join<M: Message, S: Dispatched, N>(self, next: N) -> impl Next<M, S> + use<'h, B, M, S, N, F>
    where
        B: Enters<M, S>,
        N: Next<M, B::Inner>,
    {
        LinkBuiltInto::<'h, F, N>::new(self.0, next)
    }
}

impl<'h, B, F: Fn() -> B + Copy + Send + Sync> JoinPlain<'h, B> for PickBuilt<F> {
    #[inline]
    fn join<M: Message, S: Dispatched, N>(&self, next: N) -> impl Next<M, S> + use<'h, B, M, S, N, F>
    where
        B: Behavior<M, S>,
        N: Next<M, S>,
    {
        LinkBuilt::<'h, F, N>::new(self.0, next)
    }
}
