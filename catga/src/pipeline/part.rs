//! A chain as it is put together, from its end: each entry is asked for at its own place, and the whole is run only where
//! all of them fit, so that what does not is one error.

use core::future::{Future, pending};
use core::marker::PhantomData;

use super::Next;
use crate::message::{Message, Outcome};
use crate::scope::Context;

/// The inner part of a chain, for a message in a scope.
pub struct Part<M, S, N>(N, PhantomData<fn() -> (M, S)>);

impl<M, S, N> Part<M, S, N> {
    #[inline]
    pub(super) const fn new(next: N) -> Self {
        Self(next, PhantomData)
    }

    #[inline]
    pub(super) fn into_inner(self) -> N {
        self.0
    }
}

/// The end of a chain, asked for before anything is around it: a handler that does not fit is then one error of a few
/// lines. Were it asked for as a [`Next`], rustc would list the links that there are, and of a function's bound it shows
/// the source.
pub trait Chain<M: Message, S>: Sized {
    /// The innermost part.
    #[inline]
    #[must_use]
    fn end(self) -> Part<M, S, Self> {
        Part::new(self)
    }
}

impl<M: Message, S, N: Next<M, S>> Chain<M, S> for N {}

/// A chain of which every part fits. `part.whole()` is looked up by value first, here.
pub trait Whole: Sized {
    /// The chain.
    type Next;

    /// The chain.
    fn whole(self) -> Self::Next;
}

/// Any other, of which one part's place has said what is wrong.
pub trait Broken {
    /// What rustc has nothing to say about.
    fn whole(&self) -> Stub;
}

impl<M: Message, S, N: Next<M, S>> Whole for Part<M, S, N> {
    type Next = N;

    #[inline]
    fn whole(self) -> N {
        self.0
    }
}

impl<M, S, N> Broken for Part<M, S, N> {
    fn whole(&self) -> Stub {
        Stub
    }
}

/// Stands for a chain that does not compile.
#[derive(Clone, Copy, Debug)]
pub struct Stub;

impl<M: Message, S> Next<M, S> for Stub {
    fn run(self, _: M::In<'_>, _: &mut Context<S>) -> impl Future<Output = Outcome<M>> + Send {
        pending()
    }
}
