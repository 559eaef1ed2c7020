use core::future::Future;
use core::marker::PhantomData;

use super::{Behavior, Enters, Entry, Next, Part};
use crate::message::{Message, Outcome};
use crate::scope::{Context, Dispatched};

/// Where a link leads, whether it fits or not.
pub trait Leads<M, S>: Sized {
    /// The scope of the rest of the chain.
    type Inner;
    /// The link, before something.
    type Before<N>;
}

/// A link whose behavior fits a message in a scope.
pub trait Suits<M, S>: Leads<M, S> {
    /// It, and then `next`.
    fn before<N>(self, next: N) -> Self::Before<N>;
}

/// The same, as it is asked for at its entry: of [`Suits`] itself rustc would list the links that there are.
pub trait Fits<M, S>: Sized {
    /// The scope of the rest of the chain.
    type Inner;
    /// The link, before something.
    type Before<N>;

    /// It, and then `next`.
    fn then<N>(self, next: Part<M, Self::Inner, N>) -> Part<M, S, Self::Before<N>>;
}

impl<M, S, L: Suits<M, S>> Fits<M, S> for L {
    type Inner = L::Inner;
    type Before<N> = L::Before<N>;

    #[inline]
    fn then<N>(self, next: Part<M, Self::Inner, N>) -> Part<M, S, Self::Before<N>> {
        Part::new(self.before(next.into_inner()))
    }
}

/// One that changes no scope, and then `next`.
#[inline]
pub fn plain<'h, M, S, E, N>(entry: E, next: Part<M, S, N>) -> Part<M, S, Link<'h, E, N>>
where
    M: Message,
    S: Dispatched,
    E: Entry<'h, Behavior: Behavior<M, S>>,
{
    Part::new(Link::new(entry, next.into_inner()))
}

macro_rules! link {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        pub struct $name<'h, E, N> {
            entry: E,
            next: N,
            held: PhantomData<&'h ()>,
        }

        impl<E, N> $name<'_, E, N> {
            #[inline]
            pub(super) fn new(entry: E, next: N) -> Self {
                Self { entry, next, held: PhantomData }
            }
        }

        impl<E: Copy, N: Copy> Clone for $name<'_, E, N> {
            fn clone(&self) -> Self {
                *self
            }
        }

        impl<E: Copy, N: Copy> Copy for $name<'_, E, N> {}
    };
}

link! {
    /// A behavior and the rest of the chain.
    Link
}

impl<'h, M: Message, S: Dispatched, E, N> Next<M, S> for Link<'h, E, N>
where
    E: Entry<'h, Behavior: Behavior<M, S>>,
    N: Next<M, S>,
{
    #[inline]
    fn run(self, input: M::In<'_>, cx: &mut Context<S>) -> impl Future<Output = Outcome<M>> + Send {
        self.entry.reach().around(input, cx, self.next)
    }
}

impl<'h, M, S, E> Leads<M, S> for Link<'h, E, ()> {
    type Inner = S;
    type Before<N> = Link<'h, E, N>;
}

impl<'h, M: Message, S: Dispatched, E> Suits<M, S> for Link<'h, E, ()>
where
    E: Entry<'h, Behavior: Behavior<M, S>>,
{
    #[inline]
    fn before<N>(self, next: N) -> Self::Before<N> {
        Link::new(self.entry, next)
    }
}

link! {
    /// A behavior that changes the scope, and the rest of the chain in that scope.
    LinkInto
}

impl<'h, M: Message, S: Dispatched, E, N> Next<M, S> for LinkInto<'h, E, N>
where
    E: Entry<'h, Behavior: Enters<M, S>>,
    N: Next<M, <E::Behavior as Enters<M, S>>::Inner>,
{
    #[inline]
    fn run(self, input: M::In<'_>, cx: &mut Context<S>) -> impl Future<Output = Outcome<M>> + Send {
        self.entry.reach().around(input, cx, self.next)
    }
}

impl<'h, M: Message, S: Dispatched, E> Leads<M, S> for LinkInto<'h, E, ()>
where
    E: Entry<'h, Behavior: Enters<M, S>>,
{
    type Inner = <E::Behavior as Enters<M, S>>::Inner;
    type Before<N> = LinkInto<'h, E, N>;
}

impl<'h, M: Message, S: Dispatched, E> Suits<M, S> for LinkInto<'h, E, ()>
where
    E: Entry<'h, Behavior: Enters<M, S>>,
{
    #[inline]
    fn before<N>(self, next: N) -> Self::Before<N> {
        LinkInto::new(self.entry, next)
    }
}

link! {
    /// A behavior that is built over fields for each call, and the rest of the chain.
    LinkBuilt
}

impl<M: Message, S: Dispatched, B, F, N> Next<M, S> for LinkBuilt<'_, F, N>
where
    B: Behavior<M, S>,
    F: Fn() -> B + Copy + Send + Sync,
    N: Next<M, S>,
{
    #[inline]
    async fn run(self, input: M::In<'_>, cx: &mut Context<S>) -> Outcome<M> {
        (self.entry)().around(input, cx, self.next).await
    }
}

impl<'h, M, S, F> Leads<M, S> for LinkBuilt<'h, F, ()> {
    type Inner = S;
    type Before<N> = LinkBuilt<'h, F, N>;
}

impl<'h, M: Message, S: Dispatched, B, F> Suits<M, S> for LinkBuilt<'h, F, ()>
where
    B: Behavior<M, S>,
    F: Fn() -> B + Copy + Send + Sync,
{
    #[inline]
    fn before<N>(self, next: N) -> Self::Before<N> {
        LinkBuilt::new(self.entry, next)
    }
}

link! {
    /// A behavior that is built over fields for each call and changes the scope.
    LinkBuiltInto
}

impl<M: Message, S: Dispatched, B, F, N> Next<M, S> for LinkBuiltInto<'_, F, N>
where
    B: Enters<M, S>,
    F: Fn() -> B + Copy + Send + Sync,
    N: Next<M, B::Inner>,
{
    #[inline]
    async fn run(self, input: M::In<'_>, cx: &mut Context<S>) -> Outcome<M> {
        (self.entry)().around(input, cx, self.next).await
    }
}

// On one line, as errors show it.
impl<'h, M: Message, S: Dispatched, B: Enters<M, S>, F: Fn() -> B> Leads<M, S> for LinkBuiltInto<'h, F, ()> {
    type Inner = B::Inner;
    type Before<N> = LinkBuiltInto<'h, F, N>;
}

impl<'h, M: Message, S: Dispatched, B, F> Suits<M, S> for LinkBuiltInto<'h, F, ()>
where
    B: Enters<M, S>,
    F: Fn() -> B + Copy + Send + Sync,
{
    #[inline]
    fn before<N>(self, next: N) -> Self::Before<N> {
        LinkBuiltInto::new(self.entry, next)
    }
}
