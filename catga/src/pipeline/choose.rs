//! Chooses the link for an entry by what its behavior is.
//!
//! `Pick(entry).pick()` is looked up by value first, where the behavior has to change the scope,
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

/// Picks the link of a behavior that changes the scope.
pub trait PickInto<'h, B>: Sized {
    /// The link, before it has a next.
    type Link;

    /// The link for such a behavior.
    fn pick(self) -> Self::Link;
}

/// Picks the link of any other behavior.
pub trait PickPlain<'h, B>: Sized {
    /// The link, before it has a next.
    type Link;

    /// The link for such a behavior.
    fn pick(&self) -> Self::Link;
}

impl<'h, B: ChangesScope, E: Entry<'h, Behavior = B>> PickInto<'h, B> for Pick<E> {
    type Link = LinkInto<'h, E, ()>;

    #[inline]
    fn pick(self) -> Self::Link {
        LinkInto::new(self.0, ())
    }
}

impl<'h, B, E: Entry<'h, Behavior = B>> PickPlain<'h, B> for Pick<E> {
    type Link = Link<'h, E, ()>;

    #[inline]
    fn pick(&self) -> Self::Link {
        Link::new(self.0, ())
    }
}

impl<'h, B: ChangesScope, F: Fn() -> B + Copy> PickInto<'h, B> for PickBuilt<F> {
    type Link = LinkBuiltInto<'h, F, ()>;

    #[inline]
    fn pick(self) -> Self::Link {
        LinkBuiltInto::new(self.0, ())
    }
}

impl<'h, B, F: Fn() -> B + Copy> PickPlain<'h, B> for PickBuilt<F> {
    type Link = LinkBuilt<'h, F, ()>;

    #[inline]
    fn pick(&self) -> Self::Link {
        LinkBuilt::new(self.0, ())
    }
}
