use core::future::Future;
use core::marker::PhantomData;

use super::{Behavior, Enters, Entry, Next};
use crate::handler::Handler;
use crate::message::{Message, Outcome, Rows};
use crate::scope::{Context, Dispatched, Scope};
use crate::stream::Ticket;

/// The end of a chain: a handler set.
#[derive(Debug)]
pub struct End<'h, H>(pub &'h H);

impl<H> Clone for End<'_, H> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<H> Copy for End<'_, H> {}

impl<M: Message, S: Scope, H: Handler<M, S>> Next<M, S> for End<'_, H> {
    #[inline]
    fn run(self, input: M::In<'_>, cx: &mut Context<S>) -> impl Future<Output = Outcome<M>> + Send {
        S::attempt(cx, input, Attempt(self.0))
    }
}

/// A handler set, once.
struct Attempt<'h, H>(&'h H);

impl<H> Clone for Attempt<'_, H> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<H> Copy for Attempt<'_, H> {}

impl<M: Message, S, H: Handler<M, S>> Next<M, S> for Attempt<'_, H> {
    #[inline]
    fn run(self, input: M::In<'_>, cx: &mut Context<S>) -> impl Future<Output = Outcome<M>> + Send {
        self.0.handle(input, cx)
    }
}

/// The end of a stream query's chain: it admits the query, and waits until the last row is taken.
#[derive(Clone, Copy, Debug)]
pub struct Open;

impl<Q, S> Next<Q, S> for Open
where
    Q: Rows + for<'a> Message<In<'a> = Ticket<'a, Q>>,
{
    #[inline]
    fn run(self, input: Q::In<'_>, _: &mut Context<S>) -> impl Future<Output = Outcome<Q>> + Send {
        input.admit()
    }
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
