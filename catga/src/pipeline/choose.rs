//! Chooses the link for an entry by what its behavior is.
//!
//! `Pick(entry).join(next)` is looked up by value first, where the behavior has to change the scope,
//! and then by reference, for every behavior. (A method of the entry's own type would be hidden by an
//! `Arc` around it, and one that asks for `Enters` itself is ambiguous, E0283.)

use super::link::{Link, LinkBuilt, LinkBuiltInto, LinkInto};
use super::{ChangesScope, Entry};

/// A constant or a field on its way into a chain.
#[derive(Clone, Copy)]
pub struct Pick<E>(pub E);

/// A constructor over fields on its way into a chain.
#[derive(Clone, Copy)]
pub struct PickBuilt<F>(pub F);

/// Joins a behavior that changes the scope.
pub trait JoinInto<'h, B>: Sized {
    /// The link for such a behavior.
    type Link<N>;

    /// This behavior, then `next` in its scope.
    fn join<N>(self, next: N) -> Self::Link<N>;
}

/// Joins any other behavior.
pub trait JoinPlain<'h, B>: Sized {
    /// The link for such a behavior.
    type Link<N>;

    /// This behavior, then `next`.
    fn join<N>(&self, next: N) -> Self::Link<N>;
}

impl<'h, B: ChangesScope, E: Entry<'h, Behavior = B>> JoinInto<'h, B> for Pick<E> {
    type Link<N> = LinkInto<'h, E, N>;

    #[inline]
    fn join<N>(self, next: N) -> LinkInto<'h, E, N> {
        LinkInto::new(self.0, next)
    }
}

impl<'h, B, E: Entry<'h, Behavior = B>> JoinPlain<'h, B> for Pick<E> {
    type Link<N> = Link<'h, E, N>;

    #[inline]
    fn join<N>(&self, next: N) -> Link<'h, E, N> {
        Link::new(self.0, next)
    }
}

impl<'h, B: ChangesScope, F: Fn() -> B + Copy> JoinInto<'h, B> for PickBuilt<F> {
    type Link<N> = LinkBuiltInto<'h, F, N>;

    #[inline]
    fn join<N>(self, next: N) -> LinkBuiltInto<'h, F, N> {
        LinkBuiltInto::new(self.0, next)
    }
}

impl<'h, B, F: Fn() -> B + Copy> JoinPlain<'h, B> for PickBuilt<F> {
    type Link<N> = LinkBuilt<'h, F, N>;

    #[inline]
    fn join<N>(&self, next: N) -> LinkBuilt<'h, F, N> {
        LinkBuilt::new(self.0, next)
    }
}
